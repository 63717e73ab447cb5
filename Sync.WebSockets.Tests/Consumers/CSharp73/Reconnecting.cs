using System;
using System.Net.WebSockets;
using System.Threading;

namespace Sync.WebSockets.Consumers
{
    /// <summary>A client that connects again.</summary>
    public static class Reconnecting
    {
        private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

        public static ReconnectingWebSocketClientOptions Options()
        {
            var options = new ReconnectingWebSocketClientOptions
            {
                ClientOptions = new WebSocketClientOptions(),
                InitialDelay = Second,
                DelayFactor = 2,
                MaxDelay = Second,
                MaxRetryAfter = Second,
                StableAfter = Second,
                ConnectionWaitTimeout = Timeout.InfiniteTimeSpan,
                ShouldRetry = failure => ReconnectingWebSocketClientOptions.IsTransient(failure),
                Connecting = attempt => attempt.Options.Headers["Authorization"] = "Bearer " + attempt.Number,
                Connected = (client, attempt) => client.Send("subscribe " + attempt.Uri + attempt.LastFailure + attempt.LastLoss + attempt.CancellationToken.CanBeCanceled),
                Disconnected = reason => Console.WriteLine(reason.Message),
            };
            options.MaxDelay = options.InitialDelay + options.MaxRetryAfter + options.StableAfter + options.MaxDelay + options.ConnectionWaitTimeout;
            options.DelayFactor *= 2;
            options.ClientOptions = options.ClientOptions ?? new WebSocketClientOptions();
            options.ShouldRetry = options.ShouldRetry ?? (failure => false);
            options.Connecting = options.Connecting ?? (attempt => attempt.Uri = new Uri("ws://localhost"));
            options.Connected = options.Connected ?? ((client, attempt) => client.Close());
            options.Disconnected = options.Disconnected ?? (reason => { });
            return options;
        }

        public static void Use(ReconnectingWebSocketClient client, byte[] bytes)
        {
            client.Send("text");
            client.Send(bytes);
            client.Send(bytes, WebSocketMessageType.Text);
            client.Receive();
            client.Receive(Second);
            if (!client.TryReceive(Second, out WebSocketMessage message))
                client.Ping(Second);
            if (client.State != WebSocketState.Open || client.CloseStatus != null)
                client.Close(WebSocketCloseStatus.NormalClosure, message.ToString());
            client.WaitForClose(Second);
            client.Close();
            client.Abort();
            client.Dispose();
        }

        public static ReconnectingWebSocketClient Connect(CancellationToken cancellationToken)
        {
            ReconnectingWebSocketClient.Start("ws://localhost").Dispose();
            ReconnectingWebSocketClient.Start(new Uri("ws://localhost"), Options()).Dispose();
            ReconnectingWebSocketClient.Connect("ws://localhost", Options(), cancellationToken).Dispose();
            return ReconnectingWebSocketClient.Connect(new Uri("ws://localhost"), Options(), cancellationToken);
        }

        public static string Describe(ReconnectingWebSocketClient client)
        {
            ReconnectStatus status = client.GetStatus();
            return $"{status.State}, {status.NextAttemptIn}, {status.Attempt}, {status.Connections}, {status.LastFailure}";
        }

        public static ReconnectAttempt ForMocks()
        {
            var status = new ReconnectStatus
            {
                State = ReconnectState.Waiting,
                NextAttemptIn = Second,
                Attempt = 1,
                Connections = 1,
                LastFailure = new TimeoutException(),
            };
            return new ReconnectAttempt(new Uri("ws://localhost"), new WebSocketClientOptions(), status.Attempt, status.LastFailure, null, CancellationToken.None);
        }
    }
}
