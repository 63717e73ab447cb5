using System;
using System.Threading;

namespace Sync.WebSockets.Consumers
{
    /// <summary>Connections that are lent.</summary>
    public static class Pooling
    {
        private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

        public static WebSocketClientPool Make(WebSocketClientOptions client)
        {
            var options = new WebSocketClientPoolOptions
            {
                ClientOptions = client,
                MaxSize = 4,
                MinIdle = 1,
                IdleLifetime = Timeout.InfiniteTimeSpan,
                HealthCheckAfter = Second,
                HealthCheckTimeout = Second,
            };
            options.ClientOptions.ConnectTimeout = options.HealthCheckAfter + options.HealthCheckTimeout;
            options.MaxSize += options.MinIdle;
            if (options.IdleLifetime > Second)
                new WebSocketClientPool(new Uri("ws://localhost"), options).Dispose();
            return new WebSocketClientPool("ws://localhost", options);
        }

        public static string Ask(WebSocketClientPool pool, string question, CancellationToken cancellationToken)
        {
            pool.Rent(Second).Dispose();
            using (WebSocketClientLease lease = pool.Rent(Second, cancellationToken))
            {
                try
                {
                    lease.Client.Send(question);
                    return lease.Client.Receive(Second).Text;
                }
                catch (TimeoutException)
                {
                    lease.Discard();
                    throw;
                }
            }
        }

        public static string Look(WebSocketClientPool pool)
        {
            WebSocketClientPoolStatistics now = pool.GetStatistics();
            int places = now.Open + now.Idle + now.Leased + now.Connecting + now.Waiting;
            long counts = now.Created + now.Reused + now.Dropped + now.Expired + now.Abandoned + now.ConnectFailures + now.Timeouts;
            return places + " " + counts;
        }

        public static WebSocketClientPoolStatistics Statistics() => new WebSocketClientPoolStatistics
        {
            Open = 1,
            Idle = 1,
            Leased = 0,
            Connecting = 0,
            Waiting = 0,
            Created = 1,
            Reused = 1,
            Dropped = 1,
            Expired = 1,
            Abandoned = 1,
            ConnectFailures = 1,
            Timeouts = 1,
        };
    }
}
