using System;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[Parallelizable(Waiting.Scope)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SilentPeerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bound = Second + Second + TimeSpan.FromMilliseconds(250);

    private ManualResetEventSlim _silent = new();
    private Stopwatch _silence = new();

    [SetUp]
    public void Forget()
    {
        _silent = new ManualResetEventSlim();
        _silence = new Stopwatch();
    }

    [TearDown]
    public void Free() => _silent.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public void Silent_peer_is_found_in_time_on_an_idle_link(bool tls)
    {
        using ScriptedServer server = ServerThatFallsSilent(tls);
        using WebSocketClient client = Connect(server);

        ShouldEndInTime(() => client.Receive());

        ShouldBeDead(client);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Silent_peer_is_found_in_time_while_a_Send_is_stuck(bool tls)
    {
        using ScriptedServer server = ServerThatFallsSilent(tls);
        using WebSocketClient client = Connect(server);
        _silent.Wait(TimeSpan.FromSeconds(10)).Should().BeTrue();
        BackgroundRun sender = Run.InBackground(() => ShouldEndInTime(() => client.Send(new byte[64 << 20])));

        ShouldEndInTime(() => client.Receive());

        sender.Join();
        ShouldBeDead(client);
    }

    [Test]
    public void Silent_peer_is_found_in_time_while_many_connections_are_alive()
    {
        using ScriptedServer echo = TestServer.Echo();
        using ScriptedServer server = ServerThatFallsSilent(tls: false);
        var others = new WebSocketClient[50];
        for (int i = 0; i < others.Length; i++)
            others[i] = TestClient.Connect(echo, o => o.PingInterval = TimeSpan.FromMilliseconds(50));
        using WebSocketClient client = Connect(server);

        ShouldEndInTime(() => client.Receive());

        others.Should().OnlyContain(other => other.State == WebSocketState.Open);
        Array.ForEach(others, other => other.Dispose());
    }

    private static WebSocketClient Connect(ScriptedServer server) => TestClient.Connect(server, options =>
    {
        options.PingInterval = Second;
        options.PingTimeout = Second;
    });

    // It answers one ping, so that it falls silent in the middle of a connection that works.
    private ScriptedServer ServerThatFallsSilent(bool tls) => TestServer.Start(tls, connection =>
    {
        connection.Upgrade();
        connection.SendPong(connection.ReadFrame()!.Payload);
        _silence.Start();
        _silent.Set();
        connection.FallSilent();
    });

    private void ShouldEndInTime(Action call)
    {
        WebSocketClosedException end = TestClient.EndOf(call);

        _silence.Elapsed.Should().BeBelow(Bound).And.BeGreaterThan(Second, "a peer has PingTimeout to answer");
        end.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        end.InnerException.Should().BeOfType<TimeoutException>();
    }

    private static void ShouldBeDead(WebSocketClient client)
    {
        client.State.Should().Be(WebSocketState.Closed);
        WebSocketClosedException first = TestClient.EndOf(() => client.Receive());
        WebSocketClosedException second = TestClient.EndOf(() => client.Send("x"));
        second.Should().NotBeSameAs(first);
        first.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        second.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        client.WaitForClose(TimeSpan.FromSeconds(2)).Should().BeTrue();
        client.State.Should().Be(WebSocketState.Closed);
    }
}
