using System;
using System.Diagnostics;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>A peer that falls silent in the middle, behind a proxy that keeps every socket open.</summary>
[TestFixture]
#if NET
[Parallelizable(Waiting.Scope)]
#else
[NonParallelizable] // Each has several connections over TLS already.
#endif
[CancelAfter(60_000)]
public sealed class SilentPeerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bound = Second + Second + TimeSpan.FromMilliseconds(250);

    private static readonly byte[] Large = new byte[96 << 20];
    private static readonly Silence[] Silences = [Silence.Both, Silence.ToServer, Silence.ToClient];
    private static readonly bool[] WsAndWss = [false, true];

    /// <summary>Which way is blocked. With one way open the peers still acknowledge, or still hear, each other.</summary>
    public enum Silence
    {
        Both,
        ToServer,
        ToClient,
    }

    [Test]
    [Category("R1")]
    public void Blackhole_or_half_open_link_is_found_in_time_while_idle() =>
        Run.Together(WsAndWss.SelectMany(tls => Silences.Select<Silence, Action>(silence => () => FindsSilenceWhileIdle(tls, silence))));

    /// <summary>
    /// In both directions: while a frame is on its way no ping can pass it, and as long as the peer acknowledges more of the frame it
    /// is not silent.
    /// </summary>
    [Test]
    [Category("R2")]
    public void Silent_peer_is_found_in_time_while_a_Send_holds_the_gate([Values(Silence.Both, Silence.ToServer)] Silence silence) =>
        Run.Together(WsAndWss.Select<bool, Action>(tls => () => FindsSilenceWhileSending(tls, silence, maxFrame: Large.Length)));

    [Test]
    [Category("R2")]
    public void Silent_peer_is_found_in_time_while_a_fragmented_Send_is_half_way([Values] Silence silence) =>
        Run.Together(WsAndWss.Select<bool, Action>(tls => () => FindsSilenceWhileSending(tls, silence, maxFrame: 16 * 1024)));

    private static void FindsSilenceWhileIdle(bool tls, Silence silence)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using var proxy = new FaultProxy(server.Uri);
        using WebSocketClient client = Connect(proxy, maxFrame: 256 * 1024);
        Wait.Until(() => client.GetStatistics().PongsReceived > 0, "the heartbeat beats");

        Stopwatch since = FallSilent(proxy, silence);

        ShouldEndInTime(since, () => client.Receive());
    }

    // The sender goes on at a bounded speed where only the answers vanish, so that the machine is not what is measured.
    private static void FindsSilenceWhileSending(bool tls, Silence silence, int maxFrame)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendPong(connection.ReadFrame()!.Payload);
            connection.WaitForDisconnect();
        });
        using var proxy = new FaultProxy(server.Uri, bufferSize: 64 * 1024);
        using WebSocketClient client = Connect(proxy, maxFrame);
        Wait.Until(() => client.GetStatistics().PongsReceived > 0, "the heartbeat beats");
        proxy.ToServer.Drip(20 << 20);
        long before = proxy.ToServer.Forwarded;
        var since = new Stopwatch();
        BackgroundRun sender = Run.InBackground(() => ShouldEndInTime(since, () => client.Send(Large)));
        Wait.Until(() => proxy.ToServer.Forwarded > before + (1 << 20), "the message is on its way");

        FallSilent(proxy, silence, since);

        ShouldEndInTime(since, () => client.Receive());
        sender.Join();
        client.State.Should().Be(WebSocketState.Closed);
    }

    private static Stopwatch FallSilent(FaultProxy proxy, Silence silence, Stopwatch? since = null)
    {
        since ??= new Stopwatch();
        since.Start();
        if (silence != Silence.ToClient)
            proxy.ToServer.Hold();
        if (silence != Silence.ToServer)
            proxy.ToClient.Hold();
        return since;
    }

    private static WebSocketClient Connect(FaultProxy proxy, int maxFrame) => TestClient.Connect(proxy.Uri, options =>
    {
        options.PingInterval = Second;
        options.PingTimeout = Second;
        options.MaxSendFrameSize = maxFrame;
    });

    private static void ShouldEndInTime(Stopwatch silence, Action call)
    {
        WebSocketClosedException end = TestClient.EndOf(call);
        TimeSpan elapsed = silence.Elapsed;

        end.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        elapsed.Should().BeBelow(Bound);
    }
}
