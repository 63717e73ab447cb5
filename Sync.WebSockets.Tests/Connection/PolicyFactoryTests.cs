using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class PolicyFactoryTests
{
    [Test]
    public void Factory_that_throws_fails_Connect_and_leaves_nothing_behind()
    {
        WebSocketConnectException failure = ShouldFail(() => throw new FormatException("no such policy"));

        failure.Message.Should().Contain("HeartbeatPolicy factory").And.Contain("no such policy");
        failure.InnerException.Should().BeOfType<FormatException>();
    }

    [Test]
    public void Factory_that_returns_null_fails_Connect_and_leaves_nothing_behind()
    {
        WebSocketConnectException failure = ShouldFail(() => null!);

        failure.Message.Should().Contain("HeartbeatPolicy factory").And.Contain("null");
    }

    [Test]
    public void Factory_that_blocks_keeps_Connect_no_longer_than_ConnectTimeout()
    {
        using var free = new ManualResetEventSlim();
        TimeSpan bound = TimeSpan.FromMilliseconds(500);
        using ScriptedServer server = ServerThatIsLeft();

        TimeSpan elapsed = Elapsed.Of(() => TestClient.FailureOf(() => TestClient.Connect(server, options =>
        {
            options.ConnectTimeout = bound;
            options.HeartbeatPolicy = () =>
            {
                free.Wait();
                return HeartbeatPolicy.OneWay(TimeSpan.FromSeconds(1))();
            };
        })));

        elapsed.Should().BeBelow(bound + TimeSpan.FromMilliseconds(250));
        free.Set();
        server.Join();
        ShouldLeaveNoThread();
    }

    [Test]
    public void Factory_is_called_once_for_each_connection()
    {
        int calls = 0;
        using ScriptedServer server = TestServer.Echo();
        WebSocketClientOptions options = TestClient.Options(o => o.HeartbeatPolicy = () =>
        {
            calls++;
            return HeartbeatPolicy.OneWay(TimeSpan.FromSeconds(1))();
        });

        using (WebSocketClient.Connect(server.Uri, options))
        using (WebSocketClient.Connect(server.Uri, options))
            calls.Should().Be(2);
    }

    private static WebSocketConnectException ShouldFail(Func<HeartbeatPolicy> factory)
    {
        using ScriptedServer server = ServerThatIsLeft();

        WebSocketConnectException failure = TestClient.FailureOf(() => TestClient.Connect(server, options => options.HeartbeatPolicy = factory));

        server.Join();
        ShouldLeaveNoThread();
        return failure;
    }

    // Its script ends only when the client's socket is gone.
    private static ScriptedServer ServerThatIsLeft() => TestServer.Start(tls: false, connection =>
    {
        connection.Upgrade();
        connection.WaitForDisconnect();
    });

    private static void ShouldLeaveNoThread()
    {
        Resources.WaitForLibraryThreads();
    }
}
