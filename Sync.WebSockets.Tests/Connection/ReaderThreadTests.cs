using System;
using System.Net.Sockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>A thread that reads one connection after the other.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
public sealed class ReaderThreadTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private ClientEnvironment _environment = null!;
    private int _readers;

    [SetUp]
    public void Begin()
    {
        _readers = 0;
        _environment = new ClientEnvironment
        {
            SpareThreads = new SpareThreads(linger: TimeSpan.FromSeconds(3)),
            StartThread = thread =>
            {
                if (thread.Name!.IndexOf("reader", StringComparison.Ordinal) >= 0)
                    Interlocked.Increment(ref _readers);
                thread.Start();
            },
        };
    }

    [Test]
    public void Connections_to_a_server_one_after_the_other_take_one_thread()
    {
        using ScriptedServer server = TestServer.Echo();

        for (int i = 0; i < 10; i++)
            EchoAndLeave(server);

        _readers.Should().Be(1);
    }

    [Test]
    public void Attempts_that_fail_take_one_thread()
    {
        Uri nobody = new($"ws://127.0.0.1:{FreePort.Next()}/");

        for (int i = 0; i < 10; i++)
        {
            TestClient.FailureOf(() => WebSocketClient.Connect(nobody, TestClient.Options(), _environment, default))
                .InnerException.Should().BeOfType<SocketException>();
            WaitForSpareThread();
        }

        _readers.Should().Be(1);
    }

    [Test]
    public void Connection_is_strange_to_a_thread_that_read_it_once()
    {
        WebSocketClient? former = null;
        Thread? reader = null;
        bool? closed = null;
        using var log = new RecordingLoggerFactory(onEntry: entry =>
        {
            if (entry.Event == "Opened" && former is null)
                reader = Thread.CurrentThread;
            if (entry.Event == "FrameReceived" && former is not null && Thread.CurrentThread == reader)
                closed ??= former.WaitForClose(Soon);
        });
        using ScriptedServer server = TestServer.Echo();
        WebSocketClientOptions options = TestClient.Options(o => o.LoggerFactory = log);
        WebSocketClient first = WebSocketClient.Connect(server.Uri, options, _environment, default);
        first.Dispose();
        WaitForSpareThread();

        former = first;
        using WebSocketClient second = WebSocketClient.Connect(server.Uri, options, _environment, default);
        second.Send("hello");
        second.Receive(Soon).Text.Should().Be("hello");

        Wait.Until(() => closed is not null, "the logger has asked on the thread that both had");
        closed.Should().BeTrue();
        _readers.Should().Be(1);
    }

    [Test]
    public void Dispose_returns_after_the_last_line_of_the_log()
    {
        bool written = false;
        using var log = new RecordingLoggerFactory(onEntry: entry =>
        {
            if (entry.Event != "Closed")
                return;
            Wait.Out(TimeSpan.FromMilliseconds(20));
            Volatile.Write(ref written, true);
        });
        using ScriptedServer server = TestServer.Echo();
        WebSocketClient client = WebSocketClient.Connect(server.Uri, TestClient.Options(o => o.LoggerFactory = log), _environment, default);

        client.Dispose();

        Volatile.Read(ref written).Should().BeTrue();
        WaitForSpareThread();
    }

    private void EchoAndLeave(ScriptedServer server)
    {
        using (WebSocketClient client = WebSocketClient.Connect(server.Uri, TestClient.Options(), _environment, default))
        {
            client.Send("hello");
            client.Receive(Soon).Text.Should().Be("hello");
        }
        WaitForSpareThread();
    }

    private void WaitForSpareThread() => Wait.Until(() => _environment.SpareThreads.Count == 1, "the thread waits for more");
}
