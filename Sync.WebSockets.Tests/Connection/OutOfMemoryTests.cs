using System;
using System.Linq;
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
public sealed class OutOfMemoryTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly NoMemoryTime _time = new();

    [TestCase(false)]
#if NET
    [TestCase(true)] // Mono reads TLS on threads of the pool.
#endif
    public void Reader_without_memory_for_a_read_ends_the_connection_and_frees_all_that_is_blocked_on_it(bool tls)
    {
        using ManualResetEventSlim speak = new();
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(speak);
            connection.SendText("too much");
            connection.WaitForDisconnect();
        });
        using WebSocketClient client = Connect(server);
        BackgroundRun stuck = Run.InBackground(() => ShouldEnd(() => client.Send(new byte[32 << 20])));
        TestClient.WaitUntilSendIsStuck(client);
        BackgroundRun[] blocked =
        [
            stuck,
            Run.InBackground(() => ShouldEnd(() => client.Send("behind it"))),
            Run.InBackground(() => ShouldEnd(() => client.Receive(Soon))),
            Run.InBackground(() => ShouldEnd(() => client.Ping(Soon))),
        ];
        Wait.Until(() => blocked.All(run => run.IsWaiting || run == stuck), "the others wait");
        _time.FailOnce(thread => IsOfLibrary(thread, "reader"));

        speak.Set();

        blocked.ToList().ForEach(run => run.Join());
        NothingIsLeft(server);
    }

    [Test]
    public void Reader_without_memory_for_what_it_has_read_ends_the_connection()
    {
        using ManualResetEventSlim speak = new();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(speak);
            connection.SendPong();
            connection.WaitForDisconnect();
        });
        using WebSocketClient client = Connect(server);
        // A read asks for the time once; the pong that it brought is the next to ask.
        int asked = 0;
        _time.FailOnce(thread => IsOfLibrary(thread, "reader") && ++asked == 2);
        speak.Set();

        ShouldEnd(() => client.Receive(Soon));

        NothingIsLeft(server);
    }

    [Test]
    public void Send_without_memory_ends_the_connection()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = Connect(server);
        Thread caller = Thread.CurrentThread;
        _time.FailOnce(thread => thread == caller);

        ShouldEnd(() => client.Send("hello"));

        NothingIsLeft(server);
    }

    [Test]
    public void Heartbeat_without_memory_ends_its_own_connection_and_no_other()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient other = TestClient.Connect(server);
        using ScriptedServer mute = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForDisconnect();
        });
        using WebSocketClient client = Connect(mute);
        _time.FailOnce(thread => IsOfLibrary(thread, "heartbeat"));
        client.PingInterval = TimeSpan.FromMilliseconds(50);

        ShouldEnd(() => client.Receive(Soon));

        mute.Join();
        other.Ping(Soon);
    }

    private static void ShouldEnd(Action call)
    {
        WebSocketClosedException closed = TestClient.EndOf(call);
        closed.Cause.Should().Be(WebSocketCloseCause.InternalError);
        closed.InnerException!.GetBaseException().Should().BeAssignableTo<OutOfMemoryException>();
    }

    private static bool IsOfLibrary(Thread thread, string name) =>
        thread.Name?.StartsWith("Sync.WebSockets " + name, StringComparison.Ordinal) == true;

    private static void NothingIsLeft(ScriptedServer server)
    {
        server.Join();
        Resources.WaitForLibraryThreads();
    }

    private WebSocketClient Connect(ScriptedServer server) => WebSocketClient.Connect(
        server.Uri, TestClient.Options(), new ClientEnvironment { Clock = new MonotonicClock(_time) }, CancellationToken.None);
}
