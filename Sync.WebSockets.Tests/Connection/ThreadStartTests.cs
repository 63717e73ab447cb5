using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R15")]
public sealed class ThreadStartTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [SetUp]
    public void WaitForRest() => NoThreadIsLeft();

    [TestCase("reader")]
    [TestCase("heartbeat")]
    [TestCase("policy")]
    public void Thread_that_cannot_be_started_fails_Connect_and_leaves_nothing_behind(string thread)
    {
        using ScriptedServer server = TestServer.Echo();
        WebSocketClientOptions options = TestClient.Options(o => o.HeartbeatPolicy = () => new ScriptedPolicy(_ => HeartbeatAction.Wait(Soon)));

        WebSocketConnectException failure = TestClient.FailureOf(() => WebSocketClient.Connect(server.Uri, options, Without(thread), default));

        failure.InnerException.Should().BeAssignableTo<OutOfMemoryException>();
        failure.Message.Should().Contain(failure.InnerException!.Message);
        server.Join();
        NoThreadIsLeft();
        TheNextOneWorks(server);
    }

    [Test]
    public void Attempt_that_takes_too_long_is_freed_even_if_no_thread_can_be_started_for_that()
    {
        using ScriptedServer mute = new(connection => connection.WaitForDisconnect());
        WebSocketClientOptions options = TestClient.Options(o => o.ConnectTimeout = TimeSpan.FromMilliseconds(200));

        WebSocketConnectException failure = TestClient.FailureOf(() => WebSocketClient.Connect(mute.Uri, options, Without("disposal"), default));

        failure.InnerException.Should().BeOfType<TimeoutException>();
        mute.Join();
        NoThreadIsLeft();
    }

#if NETFRAMEWORK
    [Test]
    [Platform("Mono", Reason = "Only there it takes a thread to write a ping over TLS.")]
    public void Thread_that_cannot_be_started_for_a_ping_ends_the_connection()
    {
        using ScriptedServer server = TestServer.Echo(tls: true);
        WebSocketClientOptions options = TestClient.Options(o => o.PingInterval = TimeSpan.FromMilliseconds(50));
        using WebSocketClient client = WebSocketClient.Connect(server.Uri, options, Without("flush"), default);

        WebSocketClosedException closed = TestClient.EndOf(() => client.Receive(Soon));

        closed.Cause.Should().Be(WebSocketCloseCause.InternalError);
        closed.InnerException.Should().BeAssignableTo<OutOfMemoryException>();
        server.Join();
        NoThreadIsLeft();
        TheNextOneWorks(server);
    }
#endif

    // One that runs already need not be started.
    private static void NoThreadIsLeft() => Resources.WaitForLibraryThreads();

    private static void TheNextOneWorks(ScriptedServer server)
    {
        using WebSocketClient client = TestClient.Connect(server);
        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
    }

    // As the runtimes do when the system has no room for its stack. Once: what is tried again may succeed.
    private static ClientEnvironment Without(string name)
    {
        int refused = 0;
        return new ClientEnvironment
        {
            StartThread = thread =>
            {
                if (thread.Name!.IndexOf(name, StringComparison.Ordinal) >= 0 && Interlocked.Exchange(ref refused, 1) == 0)
#pragma warning disable MA0012 // The runtime has no memory, is what it stands for.
                    throw new InsufficientMemoryException("There is no room for another thread.");
#pragma warning restore MA0012
                thread.Start();
            },
        };
    }
}
