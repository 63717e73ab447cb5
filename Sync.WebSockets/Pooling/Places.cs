using System;
using System.Collections.Generic;
using System.Threading;
using Sync.WebSockets.Connection;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

// Who has which place. Nothing is connected or asked here: a connection is foreign code to it. One that comes back after the end is closed.
//
// Lock: _sync guards every field, the fields of idle places, and what a waiter was given. It is a leaf; waiters are woken, and connections
// closed, outside of it.
//
// As long as somebody waits no place is idle or empty: a place that comes back goes to the head of the row at once. So nobody who
// comes later can be faster, and a place that somebody was given and does not want any more goes on in the same way.
//
// Idle places stand in the order in which they were last used. The newest is lent first: it is the most likely one to live, and those that
// are not needed grow old.

/// <summary>The places of a pool, and the row of those who wait for one. Any thread.</summary>
/// <param name="count">How many there are.</param>
/// <param name="close">Has a connection closed that nobody can have any more; must not wait.</param>
internal sealed class Places(int count, Action<IWebSocketClient> close)
{
    private readonly object _sync = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private readonly List<Place> _idle = [];
    private readonly int _count = count;
    private int _empty = count;
    private int _leased;
    private bool _ended;

    public PlaceFigures Figures
    {
        get
        {
            using (Hold.On(_sync))
            {
                int connecting = _count - _idle.Count - _leased - _empty;
                return new PlaceFigures(_idle.Count, _leased, connecting, _empty, _waiters.Count, _idle.Count > 0 ? _idle[0].IdleSince : 0);
            }
        }
    }

    /// <summary>The connections that nobody has at this moment.</summary>
    public IWebSocketClient[] IdleClients
    {
        get
        {
            using (Hold.On(_sync))
                return [.. ClientsOf(_idle)];
        }
    }

    /// <summary>Takes a place, one with a connection if there is one. Blocks until it is this caller's turn, the time is up, or all has ended.</summary>
    public TakeResult Take(Deadline deadline, CancellationToken cancellationToken, out Place? place)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<Waiter> waiter = new(new Waiter());
        using (Hold.On(_sync))
        {
            place = TryTake_NeedsLock();
            if (place is not null)
                return TakeResult.Taken;
            if (_ended)
                return TakeResult.Closed;
            _waiters.AddLast(waiter);
        }
        return Wait(waiter, deadline, cancellationToken, out place);
    }

    /// <summary>An empty place, if one is there and fewer than so many are idle; null otherwise.</summary>
    public Place? TryTakeEmpty(int wantedIdle)
    {
        using (Hold.On(_sync))
        {
            if (_ended || _empty == 0 || _idle.Count >= wantedIdle)
                return null;
            _empty--;
            return new Place();
        }
    }

    /// <summary>From now on it counts as leased. False: all has ended, and it has to be put back.</summary>
    public bool TryLease(Place place)
    {
        using (Hold.On(_sync))
        {
            if (_ended)
                return false;
            place.IsLeased = true;
            _leased++;
            return true;
        }
    }

    /// <summary>Puts a place back, with a connection or without: the first in the row gets it.</summary>
    public void Put(Place place)
    {
        Waiter? next = null;
        IWebSocketClient? orphan = null;
        using (Hold.On(_sync))
        {
            if (place.IsLeased)
                _leased--;
            place.IsLeased = false;
            if (_waiters.First is { } first)
            {
                _waiters.RemoveFirst();
                next = first.Value;
                next.Place = place;
            }
            else if (!_ended && place.Client is not null)
            {
                AddIdle_NeedsLock(place);
            }
            else
            {
                _empty++;
                orphan = place.Client;
                place.Client = null;
            }
        }
        next?.Wake();
        if (orphan is not null)
            close(orphan);
    }

    /// <summary>Takes out the connections that have been idle since the given time or longer, but leaves so many.</summary>
    public IWebSocketClient[] RemoveIdle(long since, int leave)
    {
        using (Hold.On(_sync))
        {
            int old = 0;
            while (_idle.Count - old > leave && _idle[old].IdleSince <= since)
                old++;
            IWebSocketClient[] clients = [.. ClientsOf(_idle.GetRange(0, old))];
            _idle.RemoveRange(0, old);
            _empty += old;
            return clients;
        }
    }

    /// <summary>Takes a connection out, if it is still idle.</summary>
    public bool TryRemoveIdle(IWebSocketClient client)
    {
        using (Hold.On(_sync))
        {
            int removed = _idle.RemoveAll(place => place.Client == client);
            _empty += removed;
            return removed > 0;
        }
    }

    /// <summary>Nobody gets a place any more, and whoever waits is freed.</summary>
    /// <returns>The idle connections, which are the caller's to close; null: it had ended before.</returns>
    public IWebSocketClient[]? End()
    {
        Waiter[] waiters;
        IWebSocketClient[] clients;
        using (Hold.On(_sync))
        {
            if (_ended)
                return null;
            _ended = true;
            waiters = [.. _waiters];
            _waiters.Clear();
            clients = [.. ClientsOf(_idle)];
            _empty += _idle.Count;
            _idle.Clear();
        }
        Array.ForEach(waiters, waiter => waiter.Wake());
        return clients;
    }

    private static List<IWebSocketClient> ClientsOf(List<Place> places) => places.ConvertAll(place => place.Client!);

    private TakeResult Wait(LinkedListNode<Waiter> waiter, Deadline deadline, CancellationToken cancellationToken, out Place? place)
    {
        try
        {
            using CancellationTokenRegistration wake = cancellationToken.Register(static waiter => ((Waiter)waiter!).Wake(), waiter.Value);
            while (true)
            {
                int milliseconds = deadline.RemainingMilliseconds;
                if (TryLeave(waiter, isLate: milliseconds == 0, out TakeResult result))
                {
                    place = waiter.Value.Place;
                    return result;
                }
                cancellationToken.ThrowIfCancellationRequested();
                waiter.Value.Wait(milliseconds);
            }
        }
        catch
        {
            // Cancelled or interrupted. What it was given meanwhile goes on to the next in the row.
            Withdraw(waiter);
            throw;
        }
    }

    // What came at the last moment is taken rather than missed.
    private bool TryLeave(LinkedListNode<Waiter> waiter, bool isLate, out TakeResult result)
    {
        using (Hold.On(_sync))
        {
            bool isGiven = waiter.Value.Place is not null;
            result = isGiven ? TakeResult.Taken : _ended ? TakeResult.Closed : TakeResult.TimedOut;
            if (!isGiven && isLate && waiter.List is not null)
                _waiters.Remove(waiter);
            return isGiven || _ended || isLate;
        }
    }

    private void Withdraw(LinkedListNode<Waiter> waiter)
    {
        Place? given;
        using (Hold.On(_sync))
        {
            given = waiter.Value.Place;
            if (waiter.List is not null)
                _waiters.Remove(waiter);
        }
        if (given is not null)
            Put(given);
    }

    private Place? TryTake_NeedsLock()
    {
        if (_ended)
            return null;
        if (_idle.Count > 0)
        {
            Place newest = _idle[_idle.Count - 1];
            _idle.RemoveAt(_idle.Count - 1);
            return newest;
        }
        if (_empty == 0)
            return null;
        _empty--;
        return new Place();
    }

    // One that was taken, and put back unused, may be older than others by now.
    private void AddIdle_NeedsLock(Place place)
    {
        int index = _idle.Count;
        while (index > 0 && _idle[index - 1].IdleSince > place.IdleSince)
            index--;
        _idle.Insert(index, place);
    }
}
