using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using FluentAssertions;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Framework;

/// <summary>A client in another AppDomain, where the library is loaded once more.</summary>
public sealed class ClientInDomain : MarshalByRefObject
{
    private readonly ConcurrentQueue<Thread> _threads = new();
    private WebSocketClient? _client;

    /// <summary>Gets a value indicating whether a heartbeat thread that the client has started runs.</summary>
    public bool HeartbeatRuns => _threads.Any(thread => thread.Name.EndsWith("heartbeat", StringComparison.Ordinal) && thread.IsAlive);

    public string Exchange(string uri, string text)
    {
        ClientEnvironment environment = new() { StartThread = Start };
        _client = WebSocketClient.Connect(new Uri(uri), options: null, environment, CancellationToken.None);
        _client.Send(text);
        return _client.Receive(TimeSpan.FromSeconds(10)).Text;
    }

    /// <summary>Aborts the client's thread, as the runtime does at the end of a process. True: a Receive that is blocked then is told of it.</summary>
    public bool TellsOfAbort(string uri)
    {
        ClientEnvironment environment = new() { StartThread = Start };
        WebSocketClientOptions options = TestClient.Options();
        using WebSocketClient client = WebSocketClient.Connect(new Uri(uri), options, environment, CancellationToken.None);
        BackgroundRun receives = Run.InBackground(() => TestClient.EndOf(() => client.Receive()).Cause.Should().Be(WebSocketCloseCause.Aborted));
        Wait.Until(() => receives.IsWaiting, "it waits for a message");
        Thread reader = _threads.First();

#pragma warning disable MA0035 // It is what the runtime does.
        reader.Abort();
#pragma warning restore MA0035

        Wait.Until(() => !reader.IsAlive, "the reader has ended");
        bool told = receives.EndsWithin(TimeSpan.FromMilliseconds(200));
        client.Abort();
        receives.Join();
        return told;
    }

    public void Close() => _client!.Dispose();

    private void Start(Thread thread)
    {
        _threads.Enqueue(thread);
        thread.Start();
    }
}
