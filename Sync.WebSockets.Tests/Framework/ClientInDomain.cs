using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
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

    public void Close() => _client!.Dispose();

    private void Start(Thread thread)
    {
        _threads.Enqueue(thread);
        thread.Start();
    }
}
