using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Framework;

/// <summary>.NET Framework and Mono abort all threads at the end of a process or an AppDomain, one after the other.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R14")]
public sealed class ThreadAbortTests
{
    [Test]
    public void Program_is_not_told_that_a_connection_broke_whose_thread_is_aborted([Values] bool tls)
    {
        ConcurrentQueue<Thread> threads = new();
        ClientEnvironment environment = new()
        {
            StartThread = thread =>
            {
                threads.Enqueue(thread);
                thread.Start();
            },
        };
        using ScriptedServer server = TestServer.Echo(tls);
        WebSocketClientOptions options = TestClient.Options(o => o.CloseTimeout = TimeSpan.FromMilliseconds(100));
        using WebSocketClient client = WebSocketClient.Connect(server.Uri, options, environment, CancellationToken.None);
        Thread reader = threads.First();
        BackgroundRun receives = Run.InBackground(() => TestClient.EndOf(() => client.Receive()).Cause.Should().Be(WebSocketCloseCause.Aborted));
        Wait.Until(() => receives.IsWaiting, "it waits for a message");

#pragma warning disable MA0035 // It is what the runtime does.
        reader.Abort();
#pragma warning restore MA0035

        Wait.Until(() => !reader.IsAlive, "the reader has ended");
        receives.EndsWithin(TimeSpan.FromMilliseconds(200)).Should().BeFalse();
        client.Abort();
        receives.Join();
    }
}
