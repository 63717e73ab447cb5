using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets;

[TestFixture]
[NonParallelizable]
[Category("R12")]
public sealed class LeakTests
{
    private const int WarmUp = 40;
    private const long HeapSlack = 1 << 20;

#if NET
    private static readonly int Cycles = LongRun.Or(600, full: 10_000);
#else
    // A TLS handshake takes Mono thirty times as long.
    private static readonly int Cycles = LongRun.Or(160, full: 10_000);
#endif

    private static readonly int Attempts = LongRun.Or(50, full: 1000);
    private static readonly TimeSpan LongestOfAttempts = LongRun.Or(TimeSpan.FromMinutes(1), full: TimeSpan.FromMinutes(10));

    [Test]
    public void Connections_closed_and_cut_leave_nothing_behind()
    {
        using ScriptedServer plain = TestServer.Echo();
        using ScriptedServer secure = TestServer.Echo(tls: true);
        for (int i = 0; i < WarmUp; i++)
            Cycle(i, plain, secure);

        Footprint.ShouldNotGrow(HeapSlack, () =>
        {
            for (int i = 0; i < Cycles; i++)
                Cycle(i, plain, secure);
        });
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
        Fail(kinds, times: 10);

        Footprint.ShouldNotGrow(HeapSlack, () => Fail(kinds, Attempts));
    }

    // All kinds at once: three of them do little but wait.
    private static void Fail(IEnumerable<Action> kinds, int times)
    {
        IEnumerable<Action> runs = kinds.Select<Action, Action>(kind => () =>
        {
            for (int i = 0; i < times; i++)
                TestClient.FailureOf(kind);
        });
        Run.Together(runs, LongestOfAttempts);
    }

    private static void Connect(Uri uri, ClientEnvironment? environment = null, int timeout = 10_000)
    {
        var options = new WebSocketClientOptions { ConnectTimeout = TimeSpan.FromMilliseconds(timeout) };
        WebSocketClient.Connect(uri, options, environment ?? ClientEnvironment.Default, default).Dispose();
    }

    // Every other one over TLS, half of each cut instead of closed; of those that are closed, half by Dispose alone.
    private static void Cycle(int i, ScriptedServer plain, ScriptedServer secure)
    {
        WebSocketClient client = TestClient.Connect(i % 2 == 1 ? secure : plain);
        client.Send("hello");
        client.Receive(TimeSpan.FromSeconds(10));
        if (i / 2 % 2 == 0)
            client.Abort();
        else if (i / 4 % 2 == 0)
            client.Close();
        client.Dispose();
    }
}
