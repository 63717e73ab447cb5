using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

// A connection that is released closes by itself: its reader sees it through, and the heartbeat thread sees to CloseTimeout. A server that
// answers no Close would thus let connections that go out of use pile up, each with its thread; so no more than a pool is large
// close at the same time, and those that have had the longest are cut.
//
// Lock: _sync guards _closing; nothing is asked of a connection under it.

/// <summary>Connections to one server, with the same options.</summary>
internal sealed class ServerSource : IConnectionSource
{
    private readonly Uri _uri;
    private readonly WebSocketClientOptions _options;
    private readonly ClientEnvironment _environment;
    private readonly int _mostClosing;
    private readonly object _sync = new();
    private readonly Queue<WebSocketClient> _closing = new();

    /// <summary>Throws what Connect would: where the URI or the options are not valid.</summary>
    public ServerSource(Uri uri, WebSocketClientOptions options, int mostClosing, ClientEnvironment environment)
    {
        _uri = uri;
        _options = options.Freeze();
        _environment = environment;
        _mostClosing = mostClosing;
        Destination.Of(uri, _options);
    }

    public IWebSocketClient Connect(TimeSpan atMost, CancellationToken cancellationToken)
    {
        WebSocketClientOptions options = _options;
        if (atMost != Timeout.InfiniteTimeSpan && (options.ConnectTimeout == Timeout.InfiniteTimeSpan || atMost < options.ConnectTimeout))
        {
            options = options.Freeze();
            options.ConnectTimeout = atMost;
        }
        return WebSocketClient.Connect(_uri, options, _environment, cancellationToken);
    }

    public bool IsQuiet(IWebSocketClient client) => !((WebSocketClient)client).HasUnread;

    public void Release(IWebSocketClient client)
    {
        WebSocketClient released = (WebSocketClient)client;
        released.BeginDispose();
        WebSocketClient[] closing;
        using (Hold.On(_sync))
        {
            _closing.Enqueue(released);
            closing = [.. _closing];
        }
        WebSocketClient[] ended = Array.FindAll(closing, IsOver);
        foreach (WebSocketClient one in closing.Except(ended).Take(closing.Length - ended.Length - _mostClosing))
            one.Abort();
        Forget(ended);
    }

    public void Close(IReadOnlyCollection<IWebSocketClient> clients)
    {
        (WebSocketClient Client, Deadline? End)[] closing =
            [.. clients.Cast<WebSocketClient>().Select(client => (client, client.BeginDispose()))];
        foreach ((WebSocketClient client, Deadline? end) in closing)
        {
            if (end is { } deadline)
                client.EndDispose(deadline);
        }
    }

    private static bool IsOver(WebSocketClient client) => client.State is WebSocketState.Closed or WebSocketState.Aborted;

    private void Forget(WebSocketClient[] ended)
    {
        if (ended.Length == 0)
            return;
        using (Hold.On(_sync))
        {
            WebSocketClient[] left = [.. _closing.Except(ended)];
            _closing.Clear();
            Array.ForEach(left, _closing.Enqueue);
        }
    }
}
