using System;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

// Owner: the upkeep's thread runs Step and writes the fields; Due, which reads them, is for any thread.

/// <summary>
/// What has to be done for idle connections when nobody rents: those that nobody needs are closed, those that have ended are taken out, and
/// those that are wanted ahead are connected, one after the other.
/// </summary>
internal sealed class Upkeep(
    Places places, IConnectionSource source, WebSocketClientPoolOptions options, MonotonicClock clock, PoolCounters counters, CancellationToken end)
{
    // After a failed attempt; twice as long after each further one.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // However often a renter has connections checked, nobody waits for this one.
    private static readonly TimeSpan ShortestSweep = TimeSpan.FromSeconds(1);

    private TimeSpan _pause = ShortestPause;
    private long _fillAt;
    private long _sweepAt;

    /// <summary>When the next step has something to do; <see cref="MonotonicClock.Never"/>: as things are, never.</summary>
    public long Due
    {
        get
        {
            if (end.IsCancellationRequested || (options.MinIdle == 0 && options.IdleLifetime == Timeout.InfiniteTimeSpan))
                return MonotonicClock.Never;
            PlaceFigures now = places.Figures;
            long due = MonotonicClock.Never;
            if (now.Idle < options.MinIdle && now.Empty > 0)
                due = Volatile.Read(ref _fillAt);
            if (now.Idle > options.MinIdle && options.IdleLifetime != Timeout.InfiniteTimeSpan)
                due = Math.Min(due, now.OldestIdleSince + options.IdleLifetime.Ticks);
            if (now.Idle > 0 && options.MinIdle > 0)
                due = Math.Min(due, Volatile.Read(ref _sweepAt));
            return due;
        }
    }

    /// <summary>Does what is due and returns when to come again. Blocks while it connects; does not throw.</summary>
    public long Step()
    {
        Expire();
        Sweep();
        while (clock.Now >= _fillAt && !end.IsCancellationRequested && places.TryTakeEmpty(options.MinIdle) is { } place)
            Fill(place);
        return Due;
    }

    private void Expire()
    {
        if (options.IdleLifetime == Timeout.InfiniteTimeSpan)
            return;
        IWebSocketClient[] expired = places.RemoveIdle(clock.Now - options.IdleLifetime.Ticks, options.MinIdle);
        counters.Expired(expired.Length);
        Array.ForEach(expired, source.Release);
    }

    // A renter would find them out, too; but one that is wanted ahead has to be replaced before a renter comes.
    private void Sweep()
    {
        if (clock.Now < _sweepAt)
            return;
        foreach (IWebSocketClient client in places.IdleClients)
        {
            if ((client.State == WebSocketState.Open && source.IsQuiet(client)) || !places.TryRemoveIdle(client))
                continue;
            counters.Dropped();
            source.Release(client);
        }
        TimeSpan pause = options.HealthCheckAfter < ShortestSweep && options.HealthCheckAfter >= TimeSpan.Zero ? ShortestSweep : options.HealthCheckAfter;
        Volatile.Write(ref _sweepAt, clock.After(pause));
    }

    private void Fill(Place place)
    {
        try
        {
            place.Client = source.Connect(Timeout.InfiniteTimeSpan, end);
            place.IdleSince = clock.Now;
            counters.Created();
            _pause = ShortestPause;
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            // A renter that connects in vain is told why; here there is nobody to tell.
            Postpone(e as WebSocketConnectException);
        }
        finally
        {
            places.Put(place);
        }
    }

    private void Postpone(WebSocketConnectException? failure)
    {
        if (failure is not null)
            counters.ConnectFailed();
        TimeSpan pause = failure?.RetryAfter is { } asked && asked > _pause ? asked : _pause;
        Volatile.Write(ref _fillAt, clock.After(pause));
        _pause = _pause + _pause < LongestPause ? _pause + _pause : LongestPause;
    }
}
