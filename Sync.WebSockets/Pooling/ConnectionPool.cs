using System;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Connection;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

// What happens on a renter's own thread: it takes a place, makes sure that a live connection is in it, and has it until it puts it back. No lock
// is held while that lasts; whoever has a place is the only one to touch it. However it fails, the place goes to the next in the row.
//
// It knows neither the public pool nor the leases, so each of them can be collected when the program has lost it.

/// <summary>A pool without its finalizer. Any thread.</summary>
internal sealed class ConnectionPool
{
    private readonly IConnectionSource _source;
    private readonly WebSocketClientPoolOptions _options;
    private readonly MonotonicClock _clock;
    private readonly Places _places;
    private readonly PoolCounters _counters = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Upkeep _upkeep;
    private readonly UpkeepThread _thread;

    public ConnectionPool(IConnectionSource source, WebSocketClientPoolOptions options, ClientEnvironment environment)
    {
        _source = source;
        _options = options;
        _clock = environment.Clock;
        _places = new Places(options.MaxSize, source.Release);
        _upkeep = new Upkeep(_places, source, options, _clock, _counters, _end.Token);
        _thread = new UpkeepThread(_clock, environment.StartThread, _upkeep.Step);
    }

    /// <summary>What the upkeep's thread does, for tests that have none.</summary>
    public Upkeep Upkeep => _upkeep;

    public WebSocketClientPoolStatistics Statistics => _counters.With(_places.Figures);

    /// <summary>Has what is wanted ahead connected.</summary>
    public void Start() => _thread.Schedule(_upkeep.Due);

    public LeasedClient Rent(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Deadline deadline = Deadline.After(_clock, timeout);
        TakeResult result = _places.Take(deadline, cancellationToken, out Place? place);
        if (result == TakeResult.Closed)
            throw Disposed();
        if (result == TakeResult.TimedOut)
            throw TimedOut(timeout);
        try
        {
            Prepare(place!, deadline, timeout, cancellationToken);
            // One idle connection fewer may be one too few.
            _thread.Schedule(_upkeep.Due);
            LeasedClient client = new(this, place!);
            if (!_places.TryLease(place!))
                throw Forgotten(client);
            return client;
        }
        catch
        {
            Put(place!);
            throw;
        }
    }

    /// <summary>A lease is over. Does not wait.</summary>
    public void Return(Place place, bool isSound)
    {
        try
        {
            if (isSound && IsClean(place.Client!))
                place.IdleSince = _clock.Now;
            else
                Drop(place);
        }
        finally
        {
            Put(place);
        }
    }

    /// <summary>For the finalizer of a lease: the connection is lost with it, and is cut by its own.</summary>
    public void Lose(Place place)
    {
        place.Client = null;
        _counters.Abandoned();
        _places.Put(place);
    }

    public void Dispose()
    {
        if (_places.End() is not { } idle)
            return;
        // Whoever connects for this pool is freed.
        _end.Cancel();
        _source.Close(idle);
        _thread.Stop(wait: true);
    }

    /// <summary>For the finalizer of the pool: the idle connections are lost with it, and are cut by their own.</summary>
    public void Abandon()
    {
        _places.End();
        _thread.Stop(wait: false);
    }

    private void Prepare(Place place, Deadline deadline, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (place.Client is not null)
        {
            if (IsAlive(place, deadline, timeout))
            {
                cancellationToken.ThrowIfCancellationRequested();
                _counters.Reused();
                return;
            }
            Drop(place);
            cancellationToken.ThrowIfCancellationRequested();
        }
        place.Client = Connect(deadline, timeout, cancellationToken);
        _counters.Created();
    }

    // What the server said before its pong is here when the pong is, so the connection is looked at once more after it.
    private bool IsAlive(Place place, Deadline deadline, TimeSpan timeout)
    {
        IWebSocketClient client = place.Client!;
        if (!IsClean(client))
            return false;
        if (_options.HealthCheckAfter == Timeout.InfiniteTimeSpan || _clock.Now - place.IdleSince < _options.HealthCheckAfter.Ticks)
            return true;
        if (deadline.HasPassed)
            throw TimedOut(timeout);
        try
        {
            client.Ping(Shorter(_options.HealthCheckTimeout, Remaining(deadline)));
        }
        catch (Exception e) when (e is TimeoutException or WebSocketClientException or InvalidOperationException)
        {
            return false;
        }
        return IsClean(client);
    }

    private bool IsClean(IWebSocketClient client) => client.State == WebSocketState.Open && _source.IsQuiet(client);

    private IWebSocketClient Connect(Deadline deadline, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (deadline.HasPassed)
            throw TimedOut(timeout);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        try
        {
            return _source.Connect(Remaining(deadline), either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Disposed();
        }
        catch (WebSocketConnectException e)
        {
            _counters.ConnectFailed();
            // It was not the server that took too long, or not only: the renter had no more time.
            if (e.InnerException is TimeoutException && deadline.HasPassed)
                throw TimedOut(timeout, e);
            throw;
        }
    }

    private void Drop(Place place)
    {
        _counters.Dropped();
        _source.Release(place.Empty());
    }

    private void Put(Place place)
    {
        _places.Put(place);
        _thread.Schedule(_upkeep.Due);
    }

    private static ObjectDisposedException Forgotten(LeasedClient client)
    {
        client.Forget();
        return Disposed();
    }

    private static TimeSpan Remaining(Deadline deadline) =>
        deadline.IsInfinite ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Max(1, deadline.RemainingMilliseconds));

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) =>
        one == Timeout.InfiniteTimeSpan || (other != Timeout.InfiniteTimeSpan && other < one) ? other : one;

    private static ObjectDisposedException Disposed() => new(nameof(WebSocketClientPool));

    private TimeoutException TimedOut(TimeSpan timeout, Exception? inner = null)
    {
        _counters.TimedOut();
        PlaceFigures now = _places.Figures;
        return new TimeoutException(
            FormattableString.Invariant($"The pool had no connection to lend within {timeout.TotalSeconds:0.###} s. Of its {_options.MaxSize} places (MaxSize) {now.Leased} are leased, {now.Idle} idle, {now.Connecting} being connected or checked; {now.Waiting} renters wait."),
            inner);
    }
}
