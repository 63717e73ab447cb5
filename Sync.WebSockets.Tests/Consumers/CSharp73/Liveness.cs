using System;

namespace Sync.WebSockets.Consumers
{
    /// <summary>A heartbeat of one's own, and what belongs to it.</summary>
    public sealed class Liveness : HeartbeatPolicy
    {
        private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

        public static WebSocketClientOptions Options()
        {
            var keepAlive = new TcpKeepAliveOptions { Time = Second, Interval = Second, RetryCount = 1 };
            keepAlive.Time += keepAlive.Interval + TimeSpan.FromSeconds(keepAlive.RetryCount);
            var options = new WebSocketClientOptions { TcpKeepAlive = keepAlive, ReceiveIdleTimeout = Second };
            options.HeartbeatPolicy = OneWay(Second);
            options.HeartbeatPolicy = Messages(Second, Second, () => WebSocketMessage.FromText("alive?"));
            options.HeartbeatPolicy = () => new Liveness();
            return options;
        }

        public static HeartbeatAction TryOut(HeartbeatPolicy policy, WebSocketClient client) =>
            policy.Step(client.CheckHealth()) ?? policy.Step(Health());

        public override HeartbeatAction Step(WebSocketHealth health)
        {
            if (health.ReadingIsPaused || health.QueuedMessages > 100 || health.QueueFill > 0.5)
                return HeartbeatAction.Wait(Second);
            if (health.UnansweredPings > 2 && health.OldestUnansweredPing > Second && health.SinceLastReceived > Second)
                return HeartbeatAction.Fail($"{health.State} for {health.Age}, {health.Latency}");
            if (health.SinceLastActivity > Second)
                return HeartbeatAction.Send(WebSocketMessage.FromText("alive?"), Second);
            return health.Latency == null ? HeartbeatAction.Ping(Second) : HeartbeatAction.Pong(Second);
        }

        private static WebSocketHealth Health() => new WebSocketHealth
        {
            State = System.Net.WebSockets.WebSocketState.Open,
            Age = Second,
            Latency = Second,
            SinceLastReceived = Second,
            SinceLastActivity = Second,
            UnansweredPings = 1,
            OldestUnansweredPing = Second,
            QueuedMessages = 1,
            QueueFill = 0.5,
            ReadingIsPaused = false,
        };
    }
}
