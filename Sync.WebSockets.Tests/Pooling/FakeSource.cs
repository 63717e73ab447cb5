using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Sync.WebSockets.Pooling;

// Lock: _made guards itself.

/// <summary>Makes <see cref="FakeConnection"/>s, and keeps them all.</summary>
/// <param name="fails">Whether an attempt to connect fails.</param>
internal sealed class FakeSource(Func<bool>? fails = null) : IConnectionSource
{
    private readonly List<FakeConnection> _made = [];

    public FakeConnection[] Made
    {
        get
        {
            lock (_made)
                return [.. _made];
        }
    }

    public IWebSocketClient Connect(TimeSpan atMost, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (fails?.Invoke() == true)
            throw new WebSocketConnectException("no");
        FakeConnection connection = new();
        lock (_made)
            _made.Add(connection);
        return connection;
    }

    public bool IsQuiet(IWebSocketClient client) => !((FakeConnection)client).HasLeftovers;

    public void Release(IWebSocketClient client) => client.Dispose();

    public void Close(IReadOnlyCollection<IWebSocketClient> clients) => clients.ToList().ForEach(client => client.Dispose());
}
