using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using Moq;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

/// <summary>
/// A pool over mocked connections, with a clock that the test turns. No thread can be started, so its upkeep is done when the test says so.
/// </summary>
internal sealed class PoolBench
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly List<Mock<IWebSocketClient>> _clients = [];
    private readonly List<IWebSocketClient> _closed = [];

    public PoolBench(Action<WebSocketClientPoolOptions>? configure = null)
    {
        WebSocketClientPoolOptions options = new();
        configure?.Invoke(options);
        Source.Setup(s => s.Connect(It.IsAny<TimeSpan>(), It.IsAny<CancellationToken>())).Returns(NewClient);
        Source.Setup(s => s.IsQuiet(It.IsAny<IWebSocketClient>())).Returns(true);
        Source.Setup(s => s.Release(It.IsAny<IWebSocketClient>())).Callback<IWebSocketClient>(_closed.Add);
        Source.Setup(s => s.Close(It.IsAny<IReadOnlyCollection<IWebSocketClient>>())).Callback<IReadOnlyCollection<IWebSocketClient>>(_closed.AddRange);
        ClientEnvironment environment = new() { Clock = new MonotonicClock(Time), StartThread = _ => throw new InvalidOperationException("no thread") };
        Pool = new ConnectionPool(Source.Object, options.Freeze(), environment);
    }

    public ManualTime Time { get; } = new();

    public Mock<IConnectionSource> Source { get; } = new(MockBehavior.Strict);

    public ConnectionPool Pool { get; }

    public WebSocketClientPoolStatistics Figures => Pool.Statistics;

    /// <summary>The connections made so far, in order.</summary>
    public IReadOnlyList<Mock<IWebSocketClient>> Clients => _clients;

    /// <summary>The numbers of those that were closed, in order.</summary>
    public int[] Closed => [.. _closed.Select(c => _clients.FindIndex(m => m.Object == c))];

    public WebSocketClientLease Rent(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        new(Pool.Rent(timeout ?? TimeSpan.FromSeconds(30), cancellationToken));

    /// <summary>Rents in the background, and returns when that waits for a place.</summary>
    public BackgroundRun RentLater(Action<WebSocketClientLease> use, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        int before = Figures.Waiting;
        BackgroundRun run = Run.InBackground(() => use(Rent(timeout, cancellationToken)));
        Wait.Until(() => Figures.Waiting == before + 1, "one more renter waits");
        return run;
    }

    /// <summary>Leaves that many connections idle.</summary>
    public void LeaveIdle(int count)
    {
        WebSocketClientLease[] leases = [.. Enumerable.Range(0, count).Select(_ => Rent())];
        Array.ForEach(leases, lease => lease.Dispose());
    }

    /// <summary>The number of the connection of a lease.</summary>
    public int NumberOf(WebSocketClientLease lease)
    {
        lease.Client.Send("which");
        return _clients.FindIndex(m =>
        {
            bool isIt = m.Invocations.Any(i => i.Method.Name == nameof(IWebSocketClient.Send));
            m.Invocations.Clear();
            return isIt;
        });
    }

    private IWebSocketClient NewClient()
    {
        Mock<IWebSocketClient> client = new();
        client.SetupGet(c => c.State).Returns(WebSocketState.Open);
        _clients.Add(client);
        return client.Object;
    }
}
