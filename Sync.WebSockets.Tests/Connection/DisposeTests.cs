using System;
using System.Diagnostics;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
[Category("R13")]
public sealed class DisposeTests
{
#if NET
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(100);
#else
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);
#endif

    [TestCase(false)]
    [TestCase(true)]
    public void Dispose_frees_a_blocked_Receive_at_once(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        WebSocketClient client = TestClient.Connect(server);

        ShouldBeFreedAtOnce(() => client.Receive(), client.Dispose, call => call.IsWaiting);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Dispose_frees_a_stuck_Send_at_once(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        WebSocketClient client = TestClient.Connect(server);
        byte[] large = new byte[64 << 20];

        ShouldBeFreedAtOnce(() => client.Send(large), client.Dispose, _ => client.GetStatistics().WireBytesSent > 100_000);
    }

    [Test]
    public void Dispose_frees_a_blocked_Ping_at_once()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        WebSocketClient client = TestClient.Connect(server);

        ShouldBeFreedAtOnce(() => client.Ping(), client.Dispose, call => call.IsWaiting);
    }

    [Test]
    public void Calls_after_Dispose_throw_ObjectDisposedException_and_what_is_known_stays_readable()
    {
        using ScriptedServer server = TestServer.Echo();
        WebSocketClient client = TestClient.Connect(server);
        client.Send("one");
        client.Receive(TimeSpan.FromSeconds(10));
        client.Dispose();

        Action[] calls =
        [
            () => client.Receive(),
            () => client.Receive(TimeSpan.Zero),
            () => client.TryReceive(TimeSpan.Zero, out _),
            () => client.Receive(new byte[1], out _, TimeSpan.Zero),
            () => client.Send("x"),
            () => client.Send(new byte[1]),
            () => client.Ping(),
            () => client.Pong(),
        ];
        foreach (Action call in calls)
            call.Should().Throw<ObjectDisposedException>();

        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().Be(WebSocketCloseStatus.NormalClosure);
        client.CloseStatusDescription.Should().BeEmpty();
        client.GetStatistics().MessagesReceived.Should().Be(1);
        client.Response.StatusCode.Should().Be(101);
        client.RemoteEndPoint.Should().NotBeNull();
        client.WaitForClose(TimeSpan.Zero).Should().BeTrue();
        client.Close();
        client.Abort();
        client.Dispose();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Dispose_closes_in_good_order(bool tls)
    {
        ServerFrame? close = null;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            close = connection.ReadUntilClose();
        });

        TestClient.Connect(server).Dispose();

        server.Join();
        close!.CloseCode.Should().Be(1000);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Dispose_Close_or_Abort_racing_Receive_and_Send_always_ends_in_a_documented_exception(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        for (int i = 0; i < 50; i++)
        {
            WebSocketClient client = TestClient.Connect(server);
            BackgroundRun receiver = Run.InBackground(() => ShouldEndAsDocumented(() => client.Receive()));
            BackgroundRun sender = Run.InBackground(() => ShouldEndAsDocumented(() => client.Send("x")));
            BackgroundRun pinger = Run.InBackground(() => ShouldEndAsDocumented(() => client.Ping()));

            if (i % 3 == 0)
                client.Dispose();
            else if (i % 3 == 1)
                client.Close();
            else
                client.Abort();

            receiver.Join();
            sender.Join();
            pinger.Join();
            client.Dispose();
        }
    }

    private static void ShouldEndAsDocumented(Action call)
    {
        Action repeated = () =>
        {
            while (true)
                call();
        };
        Type thrown = repeated.Should().Throw<Exception>().Which.GetType();
        new[] { typeof(WebSocketClosedException), typeof(ObjectDisposedException) }.Should().Contain(thrown);
    }

    private static void ShouldBeFreedAtOnce(Action blocked, Action dispose, Func<BackgroundRun, bool> isInside)
    {
        var watch = new Stopwatch();
        BackgroundRun call = Run.InBackground(() =>
        {
            WebSocketClosedException end = TestClient.EndOf(blocked);
            watch.Stop();
            end.Cause.Should().Be(WebSocketCloseCause.LocalClose);
        });
        var stuck = Stopwatch.StartNew();
        Wait.Until(() => stuck.Elapsed > TimeSpan.FromMilliseconds(300) && isInside(call), "the call is stuck");
        call.IsRunning.Should().BeTrue();

        watch.Start();
        dispose();

        call.Join();
        watch.Elapsed.Should().BeBelow(AtOnce);
    }
}
