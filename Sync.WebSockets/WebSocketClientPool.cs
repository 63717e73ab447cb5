using System;
using System.Threading;
using Sync.WebSockets.Pooling;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets;

// The facade: checks arguments, and notices when the program has lost it. Its inside does not know it; the upkeep's thread and the leases
// hold only that.

/// <summary>
/// Connections to one server that are lent for short use, again and again, instead of being made anew each time: for programs that ask
/// and get an answer, from many threads. At most <see cref="WebSocketClientPoolOptions.MaxSize"/> are open; renters are served in the order in
/// which they came.
/// </summary>
/// <remarks>
/// <para>
/// All members are safe from any thread. A connection belongs to one renter at a time, and nothing of one renter's is left to the next:
/// see <see cref="WebSocketClientLease.Dispose"/>. A server that sends of its own accord is not for a pool, since a connection with a message that
/// nobody has received is dropped.
/// </para>
/// <para>
/// The pool has one background thread at most, while connections may grow too old or are wanted ahead. It runs on no thread of the thread
/// pool. A pool that is lost without <see cref="Dispose"/> is taken down once it is collected, and never keeps the process alive.
/// </para>
/// </remarks>
public sealed class WebSocketClientPool : IDisposable
{
    private readonly ConnectionPool _pool;

    /// <summary>
    /// Initializes a new instance of the <see cref="WebSocketClientPool"/> class. Does not block: connections are made when they are
    /// rented, or in the background (<see cref="WebSocketClientPoolOptions.MinIdle"/>).
    /// </summary>
    /// <param name="uri">Where to connect, as for <see cref="WebSocketClient.Connect(Uri, WebSocketClientOptions, CancellationToken)"/>.</param>
    /// <param name="options">How to keep the connections; null for the defaults. Copied, so later changes do not matter.</param>
    /// <exception cref="ArgumentException">The URI or the options are not valid.</exception>
    /// <exception cref="PlatformNotSupportedException">A ws+unix URI with the builds for .NET Standard and .NET Framework.</exception>
    public WebSocketClientPool(Uri uri, WebSocketClientPoolOptions? options = null)
        : this(uri, (options ?? new WebSocketClientPoolOptions()).Freeze(), ClientEnvironment.Default)
    {
    }

    /// <inheritdoc cref="WebSocketClientPool(Uri, WebSocketClientPoolOptions)"/>
    public WebSocketClientPool(string uri, WebSocketClientPoolOptions? options = null)
        : this(WebSocketClient.Parse(uri), options)
    {
    }

    internal WebSocketClientPool(IConnectionSource source, WebSocketClientPoolOptions frozen, ClientEnvironment environment)
    {
        _pool = new ConnectionPool(source, frozen, environment);
        _pool.Start();
    }

    private WebSocketClientPool(Uri uri, WebSocketClientPoolOptions frozen, ClientEnvironment environment)
        : this(new ServerSource(uri, frozen.ClientOptions, frozen.MaxSize, environment), frozen, environment)
    {
    }

    /// <summary>Finalizes an instance of the <see cref="WebSocketClientPool"/> class: takes down a pool that was never disposed.</summary>
#pragma warning disable MA0055 // There is no handle to wrap: what is to be noticed is that nobody holds the pool any more.
    ~WebSocketClientPool()
#pragma warning restore MA0055
    {
        if (!Environment.HasShutdownStarted)
            _pool?.Abandon();
    }

    /// <summary>Rents a connection; see <see cref="Rent(TimeSpan, CancellationToken)"/>.</summary>
    /// <param name="timeout">The longest wait in total; <see cref="TimeSpan.Zero"/> takes only one that is idle and needs no check.</param>
    /// <returns>The lease, to be disposed.</returns>
    /// <inheritdoc cref="Rent(TimeSpan, CancellationToken)" path="/exception[not(contains(@cref,'Canceled'))]"/>
    public WebSocketClientLease Rent(TimeSpan timeout) => Rent(timeout, CancellationToken.None);

    /// <summary>
    /// Rents a connection: the one used last, or a new one where none is idle. Blocks until there is one, for the given time at most in total:
    /// waiting for a place, the check of an idle connection and connecting included. Who came first is served first.
    /// </summary>
    /// <param name="timeout">The longest wait in total; <see cref="TimeSpan.Zero"/> takes only one that is idle and needs no check.</param>
    /// <param name="cancellationToken">Ends the wait, and connecting, at once; a check within <see cref="WebSocketClientPoolOptions.HealthCheckTimeout"/>.</param>
    /// <returns>The lease, to be disposed.</returns>
    /// <exception cref="TimeoutException">There was no connection in time; the message tells how the pool is taken.</exception>
    /// <exception cref="WebSocketConnectException">Connecting failed, for the reason given. The next renter tries anew.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed, before or meanwhile.</exception>
    public WebSocketClientLease Rent(TimeSpan timeout, CancellationToken cancellationToken)
    {
        WebSocketClientLease lease = new(_pool.Rent(Timeouts.Check(timeout, nameof(timeout)), cancellationToken));
        GC.KeepAlive(this);
        return lease;
    }

    /// <summary>Takes the figures of the pool. Does not block. Usable after Dispose.</summary>
    /// <returns>A snapshot.</returns>
    public WebSocketClientPoolStatistics GetStatistics()
    {
        WebSocketClientPoolStatistics statistics = _pool.Statistics;
        GC.KeepAlive(this);
        return statistics;
    }

    /// <summary>
    /// Closes the idle connections, all at once. Blocks until that is done, for <see cref="WebSocketClientOptions.CloseTimeout"/> at most in
    /// total, and 200 ms for what the pool does in the background. Renters that wait or connect are freed with <see cref="ObjectDisposedException"/>. Connections
    /// that are lent stay usable, and are closed when they come back. Never throws; the second call does nothing.
    /// </summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _pool.Dispose();
    }
}
