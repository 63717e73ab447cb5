using System;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
[Category("R8")]
public sealed class PolicyIsolationTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private ManualResetEventSlim _blocked = null!;
    private ManualResetEventSlim _free = null!;

    [SetUp]
    public void Forget()
    {
        _blocked = new ManualResetEventSlim();
        _free = new ManualResetEventSlim();
    }

    [TearDown]
    public void Dispose()
    {
        _free.Set();
        // A policy that was blocked is a library thread until it has returned.
        Resources.WaitForLibraryThreads();
        _blocked.Dispose();
        _free.Dispose();
    }

    [Test]
    public void Bad_policies_do_not_keep_another_connection_from_finding_its_server_dead_in_time()
    {
        using ScriptedServer echo = TestServer.Echo();
        using var silent = new ManualResetEventSlim();
        var silence = new Stopwatch();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendPong(connection.ReadFrame()!.Payload);
            silence.Start();
            connection.FallSilent();
        });
        WebSocketClient? own = null;
        using WebSocketClient blocking = Connect(echo, new ScriptedPolicy(_ => Block()));
        using WebSocketClient throwing = Connect(echo, new ScriptedPolicy(_ => throw new FormatException()));
        using WebSocketClient undecided = Connect(echo, new ScriptedPolicy(_ => null!));
        using WebSocketClient closing = Connect(echo, new ScriptedPolicy(_ => Close(Volatile.Read(ref own))));
        Volatile.Write(ref own, closing);
        using WebSocketClient alive = TestClient.Connect(echo, options => options.PingInterval = options.PingTimeout = Second);
        using WebSocketClient client = TestClient.Connect(server, options => options.PingInterval = options.PingTimeout = Second);

        WebSocketClosedException end = TestClient.EndOf(() => client.Receive(Soon));

        silence.Elapsed.Should().BeGreaterThan(Second).And.BeBelow(Second + Second + Slack);
        end.Cause.Should().Be(WebSocketCloseCause.HeartbeatTimeout);
        alive.State.Should().Be(WebSocketState.Open);
        alive.GetStatistics().PongsReceived.Should().BePositive();
        blocking.State.Should().Be(WebSocketState.Open);
        new[] { throwing, undecided, closing }.Should().OnlyContain(bad => bad.State == WebSocketState.Closed);
    }

    [Test]
    public void Connection_of_a_blocked_policy_goes_on()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server, new ScriptedPolicy(_ => Block()));
        _blocked.Wait(Soon).Should().BeTrue();

        client.Send("hello");

        client.Receive(Soon).Text.Should().Be("hello");
        client.Ping(Soon).Should().BePositive();
    }

    [Test]
    public void Connection_of_a_blocked_policy_ends_within_its_bound([Values] bool silentServer)
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            if (silentServer)
                connection.FallSilent();
            connection.EchoUntilClosed();
        });
        Run.Together([() => EndsInTime(server, silentServer, client => client.Close()), () => EndsInTime(server, silentServer, client => client.Dispose())]);

        // The policies', which are in the program's own code.
        Resources.WaitForLibraryThreads(left: 2);
    }

    [Test]
    public void What_a_policy_wants_after_the_end_of_its_connection_is_not_done()
    {
        int steps = 0;
        using ScriptedServer server = TestServer.Echo();
        WebSocketClient client = Connect(server, new ScriptedPolicy(_ =>
        {
            Interlocked.Increment(ref steps);
            Block();
            return HeartbeatAction.Send(WebSocketMessage.FromText("late"), TimeSpan.FromMilliseconds(10));
        }));
        _blocked.Wait(Soon).Should().BeTrue();
        client.Dispose();

        _free.Set();

        Resources.WaitForLibraryThreads();
        steps.Should().Be(1);
        client.GetStatistics().MessagesSent.Should().Be(0);
    }

    private void EndsInTime(ScriptedServer server, bool silentServer, Action<WebSocketClient> end)
    {
        using var blocked = new ManualResetEventSlim();
        WebSocketClient client = Connect(server, new ScriptedPolicy(_ =>
        {
            blocked.Set();
            return Block();
        }));
        blocked.Wait(Soon).Should().BeTrue();

        // TestClient closes within a second.
        TimeSpan elapsed = Elapsed.Of(() => end(client));

        elapsed.Should().BeBelow(silentServer ? Second + Slack : Second);
        client.WaitForClose(TimeSpan.Zero).Should().BeTrue();
        client.Dispose();
    }

    private HeartbeatAction Block()
    {
        _blocked.Set();
        _free.Wait();
        return HeartbeatAction.Wait(Second);
    }

    private static HeartbeatAction Close(WebSocketClient? client)
    {
        client?.Close();
        return HeartbeatAction.Wait(TimeSpan.FromMilliseconds(10));
    }

    private static WebSocketClient Connect(ScriptedServer server, HeartbeatPolicy policy) =>
        TestClient.Connect(server, options => options.HeartbeatPolicy = () => policy);
}
