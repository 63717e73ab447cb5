using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class AbandonedClientTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [TestCase(false)]
    [TestCase(true)]
    public void Client_that_nobody_closes_and_nobody_references_is_cut_and_its_threads_end(bool tls)
    {
#if NET
        const int clients = 20;
#else
        // Mono reads TLS on threads of the pool, at both ends, and gives out few of them in a second.
        int clients = tls ? 4 : 20;
#endif
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.WaitForDisconnect();
        });
        Abandon(server, 1);
        WaitForCollection(() => server.Join(TimeSpan.FromMilliseconds(100)));
        // Collected on a thread whose stack never held one.
        Run.InBackground(() => Abandon(server, clients)).Join(Soon);

        WaitForCollection(() => server.Join(TimeSpan.FromMilliseconds(100)));
        server.Connections.Should().Be(clients + 1);
        Resources.WaitForLibraryThreads();
    }

    [Test]
    public void Threads_of_a_client_keep_no_process_alive()
    {
        bool? isBackground = null;
        using var log = new RecordingLoggerFactory(onEntry: _ => isBackground = Thread.CurrentThread.IsBackground);
        using ScriptedServer server = TestServer.Echo();

        using WebSocketClient client = TestClient.Connect(server, o => o.LoggerFactory = log);

        Wait.Until(() => isBackground is not null, "the reader thread has logged that it opened");
        isBackground.Should().BeTrue();
    }

    [Test]
    public void Client_is_not_finalised_while_a_call_on_it_blocks()
    {
        using var release = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(release);
            connection.SendText("still there");
            if (connection.ReadFrame() is { Opcode: Op.Ping } ping)
                connection.SendPong(ping.Payload);
            connection.WaitForDisconnect();
        });
        string[] calls = ["receive", "receive into a buffer", "ping", "send"];
        BackgroundRun[] blocked = [.. calls.Select(call => Run.InBackground(() => CallOnTemporary(call, server)))];
        Wait.Until(() => server.Connections == calls.Length, "the clients are connected");

        for (int i = 0; i < LongRun.Or(20, full: 100); i++)
        {
            Collect();
            blocked.Should().OnlyContain(call => call.IsRunning, "they have to wait for the server");
        }

        release.Set();
        Array.ForEach(blocked, call => call.Join());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CallOnTemporary(string call, ScriptedServer server)
    {
        switch (call)
        {
            case "receive":
                TestClient.Connect(server).Receive().Text.Should().Be("still there");
                break;
            case "receive into a buffer":
                TestClient.Connect(server).Receive(new byte[100], out _, Soon).Should().Be(11);
                break;
            case "send":
                TestClient.Connect(server).Send(new byte[32 << 20]);
                break;
            default:
                TestClient.Connect(server).Ping(Soon).Should().BePositive();
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(ScriptedServer server, int clients)
    {
        for (int i = 0; i < clients; i++)
            TestClient.Connect(server).State.Should().Be(System.Net.WebSockets.WebSocketState.Open);
    }

    private static void WaitForCollection(Action check)
    {
        Wait.Until(
            () =>
            {
                Collect();
                try
                {
                    check();
                    return true;
                }
                catch (TimeoutException)
                {
                    return false;
                }
            },
            "the server has seen all clients go",
            Soon);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
