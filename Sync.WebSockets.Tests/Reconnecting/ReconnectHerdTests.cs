using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Reconnecting;

[TestFixture]
[NonParallelizable]
public sealed class ReconnectHerdTests
{
    private const int Clients = 1000;

    private static readonly TimeSpan Bucket = TimeSpan.FromMilliseconds(100);

    [Test]
    [Category("R16")]
    public void Clients_of_a_server_that_restarts_come_back_spread_out()
    {
        InnerClient before = new();
        InnerClient after = new();
        ConcurrentQueue<TimeSpan> attempts = new();
        Stopwatch sinceRestart = new();
        ReconnectingWebSocketClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => ReconnectingWebSocketClient.Start(
            new Uri("ws://example.com/"), null, ClientEnvironment.Default, (_, _) => Dial(), random: null))];
        WaitUntilAllHave(1);

        sinceRestart.Start();
        before.End();
        WaitUntilAllHave(2);

        foreach (ReconnectingWebSocketClient client in clients)
            client.Dispose();
        // One that a busy machine let run late would only stretch the mean.
        TimeSpan last = attempts.OrderBy(at => at).ElementAt(attempts.Count * 99 / 100);
        int[] buckets = [.. Enumerable.Range(0, (int)(last.Ticks / Bucket.Ticks) + 1).Select(i => attempts.Count(at => at.Ticks / Bucket.Ticks == i))];
        TestContext.Out.WriteLine($"{attempts.Count} attempts, 99 % of them in {last.TotalSeconds:0.0} s, by 100 ms: {string.Join(" ", buckets)}");
        buckets.Max().Should().BeLessThanOrEqualTo((int)(3 * buckets.Average()));

        IWebSocketClient Dial()
        {
            if (!sinceRestart.IsRunning)
                return before.Object;
            attempts.Enqueue(sinceRestart.Elapsed);
            return after.Object;
        }

        void WaitUntilAllHave(int connections) =>
            Wait.Until(() => clients.All(client => client.GetStatus().Connections == connections), "all are connected", TimeSpan.FromSeconds(60));
    }
}
