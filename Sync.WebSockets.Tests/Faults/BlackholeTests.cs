using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>Packets that really vanish: nothing acknowledges them, as behind a cable that was pulled.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R1")]
[Category("R2")]
public sealed class BlackholeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bound = Second + Second + TimeSpan.FromMilliseconds(250);
    private static readonly byte[] Message = new byte[16 << 20];

    [Test]
    public void Vanished_peer_is_found_in_time_on_an_idle_link_and_while_a_Send_is_half_way_through()
    {
        using Blackhole hole = Blackhole.Create();
        using Peer plain = KestrelPeer.Start(tls: false, hole);
        using Peer tls = KestrelPeer.Start(tls: true, hole);
        var since = new Stopwatch();
        List<WebSocketClient> clients = [];
        List<WebSocketClient> senders = [];
        foreach (Peer peer in new[] { plain, tls })
        {
            WebSocketClient idle = Connect(peer, maxFrame: 64 * 1024);
            WebSocketClient oneFrame = Connect(peer, maxFrame: Message.Length);
            WebSocketClient fragments = Connect(peer, maxFrame: 64 * 1024);
            clients.AddRange([idle, oneFrame, fragments]);
            senders.AddRange([oneFrame, fragments]);
        }

        List<BackgroundRun> runs = [.. clients.Select(client => Run.InBackground(() => ShouldEndInTime(since, client, () => client.Receive())))];
        Wait.Until(() => clients.All(client => client.GetStatistics().PongsReceived > 0), "every heartbeat beats");

        hole.Swallow();
        since.Start();

        // They come as far as their sockets' buffers reach, and are stuck there. A flow before that would measure the machine.
        runs.AddRange(senders.Select(sender => Run.InBackground(() => ShouldEndInTime(since, sender, () => sender.Send(Message)))));
        foreach (BackgroundRun run in runs)
            run.Join();
        clients.Should().OnlyContain(client => client.State == WebSocketState.Closed);
        clients.ForEach(client => client.Dispose());
    }

    private static void ShouldEndInTime(Stopwatch since, WebSocketClient client, Action call)
    {
        WebSocketClosedException end = TestClient.EndOf(call);
        TimeSpan elapsed = since.Elapsed;

        end.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        elapsed.Should().BePositive("before, the peer was alive").And.BeBelow(Bound, "{0}, {1} bytes sent", client.Uri, client.GetStatistics().WireBytesSent);
    }

    private static WebSocketClient Connect(Peer peer, int maxFrame) => TestClient.Connect(peer.Uri, options =>
    {
        options.PingInterval = Second;
        options.PingTimeout = Second;
        options.MaxSendFrameSize = maxFrame;
    });
}
