using System;
using System.Collections.Concurrent;
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
public sealed class HeartbeatLifeTests
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentQueue<Thread> _started = new();

    [Test]
    public void Heartbeat_thread_is_shared_ends_soon_after_the_last_connection_and_a_new_one_starts_with_the_next()
    {
        Resources.WaitForLibraryThreads();
        using ScriptedServer server = TestServer.Echo();
        WebSocketClient first = Connect(server);
        WebSocketClient second = Connect(server);
        Thread heartbeat = Heartbeats().Should().ContainSingle("all connections share it").Which;
        first.Dispose();
        heartbeat.Join(Linger + Slack).Should().BeFalse("a connection is left");

        second.Dispose();

        Elapsed.Of(() => heartbeat.Join(Linger + Linger + Linger)).Should().BeBelow(Linger + Slack);
        using WebSocketClient next = Connect(server);
        Heartbeats().Should().HaveCount(2);
    }

    private static bool IsHeartbeat(Thread thread) => thread.Name!.EndsWith("heartbeat", StringComparison.Ordinal);

    private Thread[] Heartbeats() => [.. _started.Where(IsHeartbeat)];

    private WebSocketClient Connect(ScriptedServer server)
    {
        ClientEnvironment environment = new()
        {
            StartThread = thread =>
            {
                _started.Enqueue(thread);
                thread.Start();
            },
        };
        return WebSocketClient.Connect(server.Uri, TestClient.Options(), environment, CancellationToken.None);
    }
}
