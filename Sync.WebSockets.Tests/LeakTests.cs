using System;
using System.Globalization;
using System.Net.Sockets;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets;

[TestFixture]
[NonParallelizable]
public sealed class LeakTests
{
    // What the runtime itself may start and open meanwhile; a leak of one per cycle shows at once.
    private const int Slack = 10;

#if NET
    private const int Cycles = 1000;
#else
    // A TLS handshake takes Mono thirty times as long.
    private const int Cycles = 300;
#endif

    [Test]
    public void Connections_closed_and_cut_leave_nothing_behind()
    {
        using ScriptedServer plain = TestServer.Echo();
        using ScriptedServer secure = TestServer.Echo(tls: true);
        for (int i = 0; i < 40; i++)
            Cycle(i, plain, secure);
        (int? threads, int? handles, int? own) = Settled();

        for (int i = 0; i < Cycles; i++)
            Cycle(i, plain, secure);

        ShouldBeAsBefore(threads, handles, own);
    }

    [Test]
    public void Failed_attempts_of_each_kind_leave_nothing_behind()
    {
        using var refusing = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        });
        using ScriptedServer untrusted = ScriptedServer.Tls(connection => connection.WaitForDisconnect());
        using var garbage = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii("garbage\r\n");
        });
        using var syn = new StalledServer(Stall.Syn);
        using var tls = new StalledServer(Stall.TlsHandshake);
        using var drip = new StalledServer(Stall.Drip);
        var nobody = new Uri("ws://127.0.0.1:" + FreePort.Next().ToString(CultureInfo.InvariantCulture) + "/");
        var environment = new ClientEnvironment { Resolve = _ => throw new SocketException((int)SocketError.HostNotFound) };
        Action[] kinds =
        [
            () => Connect(refusing.Uri),
            () => Connect(untrusted.Uri),
            () => Connect(garbage.Uri),
            () => Connect(nobody),
            () => Connect(new Uri("ws://nowhere.example/"), environment),
            () => Connect(syn.Uri, timeout: 20),
            () => Connect(tls.Uri, timeout: 20),
            () => Connect(drip.Uri, timeout: 20),
        ];
        foreach (Action kind in kinds)
            TestClient.FailureOf(kind);
        (int? threads, int? handles, int? own) = Settled();

        foreach (Action kind in kinds)
        {
            for (int i = 0; i < 100; i++)
                TestClient.FailureOf(kind);
        }

        ShouldBeAsBefore(threads, handles, own);
    }

    private static void Connect(Uri uri, ClientEnvironment? environment = null, int timeout = 10_000)
    {
        var options = new WebSocketClientOptions { ConnectTimeout = TimeSpan.FromMilliseconds(timeout) };
        WebSocketClient.Connect(uri, options, environment ?? ClientEnvironment.Default, default).Dispose();
    }

    // Every fourth over TLS, every other one cut instead of closed.
    private static void Cycle(int i, ScriptedServer plain, ScriptedServer secure)
    {
        WebSocketClient client = TestClient.Connect(i % 4 == 3 ? secure : plain);
        client.Send("hello");
        client.Receive(TimeSpan.FromSeconds(10));
        if ((i / 4) % 2 == 0)
            client.Abort();
        else if (i % 2 == 0)
            client.Close();
        client.Dispose();
    }

    // What other tests left, such as a thread in user code that never returns, is none of this one's business.
    private static (int? Threads, int? Handles, int? Own) Settled()
    {
        (int? Threads, int? Handles, int? Own) last = (Resources.Threads, Resources.FileHandles, Resources.LibraryThreads);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Wait.Until(
            () =>
            {
                (int? Threads, int? Handles, int? Own) now = (Resources.Threads, Resources.FileHandles, Resources.LibraryThreads);
                if (now != last)
                    watch.Restart();
                last = now;
                return watch.Elapsed > TimeSpan.FromSeconds(1.5);
            },
            "threads and handles have settled",
            TimeSpan.FromSeconds(30));
        return last;
    }

    private static void ShouldBeAsBefore(int? threads, int? handles, int? own)
    {
        if (threads is null || handles is null)
            Assert.Ignore("This system does not tell.");
        Wait.Until(() => Resources.LibraryThreads <= own, $"no more threads of the library are left than the {own} there were", TimeSpan.FromSeconds(20));
        Wait.Until(() => Resources.Threads <= threads + Slack, $"there are no more than {threads} threads and a few", TimeSpan.FromSeconds(20));
        Wait.Until(() => Resources.FileHandles <= handles + Slack, $"there are no more than {handles} handles and a few", TimeSpan.FromSeconds(20));
    }
}
