using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>One heartbeat thread serves every connection: also when all of them die at once.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(120_000)]
[Category("R1")]
public sealed class ManyDeathsTests
{
    private static readonly int Connections = LongRun.Or(slice: 100, full: 1000);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bound = Second + Second + TimeSpan.FromMilliseconds(250);

    [Test]
    public void Connections_that_fall_silent_all_at_once_are_all_found_in_time()
    {
        using var silent = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            while (connection.ReadFrame() is { } ping)
            {
                if (!silent.IsSet)
                    connection.SendPong(ping.Payload);
            }
        });
        WebSocketClient[] clients = [.. Enumerable.Range(0, Connections).Select(_ =>
            TestClient.Connect(server, options => options.PingInterval = options.PingTimeout = Second))];
        Wait.Until(() => clients.All(client => client.GetStatistics().PongsReceived > 0), "all are alive");
        var silence = Stopwatch.StartNew();
        BackgroundRun[] receivers = [.. clients.Select(client => Run.InBackground(() =>
        {
            WebSocketClosedException end = TestClient.EndOf(() => client.Receive());
            silence.Elapsed.Should().BeBelow(Bound);
            end.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        }))];

        silence.Restart();
        silent.Set();

        Array.ForEach(receivers, receiver => receiver.Join());
        TestContext.Out.WriteLine($"{Connections} deaths were found within {silence.Elapsed.TotalSeconds:0.00} s.");
        Array.ForEach(clients, client => client.Dispose());
    }
}
