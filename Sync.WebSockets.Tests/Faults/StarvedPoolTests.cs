using System;
using System.Diagnostics;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>
/// Programs that block every thread of the pool: no connection dies of it, and a real death is found in time. Mono's SslStream hands
/// even blocking reads and writes to the pool, so that wss cannot live there without one; its death is found all the same.
/// </summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R11")]
public sealed class StarvedPoolTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bound = Second + Second + TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongAfterDeath = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(50);
    private static readonly bool[] WsAndWss = [false, true];

    [Test]
    public void Connection_lives_while_the_thread_pool_starves_and_its_death_is_found_in_time()
    {
        using var starved = new BlockedPool();
        Run.Together(WsAndWss.Where(tls => !(tls && Machine.IsMono)).Select<bool, Action>(tls => () => LivesAndDies(tls)), Longest);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Silent_peer_is_found_in_time_while_the_thread_pool_starves(bool tls)
    {
        var silence = new Stopwatch();
        using var silent = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendPong(connection.ReadFrame()!.Payload);
            silence.Start();
            silent.Set();
            connection.FallSilent();
        });
        using WebSocketClient client = Connect(server.Uri);
        silent.Wait(Longest).Should().BeTrue();
        using (new BlockedPool())
        {
            WebSocketClosedException end = TestClient.EndOf(() => client.Receive());

            silence.Elapsed.Should().BeBelow(Bound).And.BeGreaterThan(Second, "a peer has PingTimeout to answer");
            end.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
            end.InnerException.Should().BeOfType<TimeoutException>();
            if (!(tls && Machine.IsMono))
                ShouldBeDead(client);
        }

        // On Mono the reader, whose calls are freed in time, ends only when the pool lets its read end.
        ShouldBeDead(client);
    }

    private static void LivesAndDies(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using var proxy = new FaultProxy(server.Uri);
        using WebSocketClient client = Connect(proxy.Uri);

        Wait.Out(LongAfterDeath);

        client.GetStatistics().PongsReceived.Should().BeGreaterThan(5, "the heartbeat goes on");
        client.Send("still here");
        client.Receive(Second).Text.Should().Be("still here");
        client.State.Should().Be(WebSocketState.Open);
        Elapsed.Of(() =>
        {
            proxy.Blackhole();
            TestClient.EndOf(() => client.Receive()).Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        }).Should().BeBelow(Bound);
    }

    private static WebSocketClient Connect(Uri uri) => TestClient.Connect(uri, options => options.PingInterval = options.PingTimeout = Second);

    private static void ShouldBeDead(WebSocketClient client)
    {
        client.State.Should().Be(WebSocketState.Closed);
        TestClient.EndOf(() => client.Send("x")).Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        client.WaitForClose(TimeSpan.FromSeconds(2)).Should().BeTrue();
    }
}
