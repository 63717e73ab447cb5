using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Reconnecting;

[TestFixture]
[NonParallelizable]
[Category("R12")]
public sealed class ReconnectLeakTests
{
    private const long HeapSlack = 1 << 20;

    private static readonly int Reconnects = LongRun.Or(500, full: 10_000);

    [Test]
    public void Reconnects_leave_nothing_behind()
    {
        using ScriptedServer server = TestServer.Start(tls: false, Drop);
        RunThrough(server, reconnects: 50);

        Footprint.ShouldNotGrow(HeapSlack, () => RunThrough(server, Reconnects));
    }

    // Some connections end in good order, some do not.
    private static void Drop(ServerConnection connection)
    {
        try
        {
            connection.Upgrade();
            connection.SendText("hello");
            if (connection.GetHashCode() % 2 == 0)
                connection.SendClose(1012);
            else
                connection.Reset();
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
            // The client was closed while it connected.
        }
    }

    private static void RunThrough(ScriptedServer server, int reconnects)
    {
        int losses = 0;
        ReconnectingWebSocketClientOptions options = new()
        {
            ClientOptions = TestClient.Options(),
            InitialDelay = TimeSpan.Zero,
            MaxDelay = TimeSpan.Zero,
            Disconnected = _ => Interlocked.Increment(ref losses),
        };
        using ReconnectingWebSocketClient client = ReconnectingWebSocketClient.Start(server.Uri, options);
        Wait.Until(() => Volatile.Read(ref losses) >= reconnects, "it has connected so many times", LongRun.Or(TimeSpan.FromMinutes(1), full: TimeSpan.FromMinutes(10)));
        client.GetStatus().Connections.Should().BeGreaterThanOrEqualTo(reconnects);
    }
}
