using System;
using System.Collections.Generic;
using System.Threading;
using Sync.WebSockets.Connection;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Reconnecting;

// Senders use the newest connection, receivers the oldest that still has something for them: what came over a connection that is lost is
// read before what comes over the next one.
//
// A connection is alive from when it has come up, in the hands of the hook, until the reconnecting thread has seen its end; whoever ends the
// client ends that one. It is current only between the hook's return and the first sign of its end, whoever meets that.
//
// Lock: _sync guards every field. It is a leaf: no client is called with it held.

/// <summary>The connections of one client, one after the other, and the waits for the next one. Any thread.</summary>
internal sealed class Succession(MonotonicClock clock)
{
    // Lost connections with messages that nobody reads: a client that only sends must not gather what it never asks for.
    private const int MostUnread = 4;

    private readonly object _sync = new();
    private readonly List<IWebSocketClient> _readable = [];
    private IWebSocketClient? _alive;
    private IWebSocketClient? _current;
    private IWebSocketClient? _last;
    private Ending? _ending;
    private int _count;

    /// <summary>The connection to be ended with the client; null: there is none.</summary>
    public IWebSocketClient? Alive => Read(static all => all._alive);

    /// <summary>The connection that is up; null: none is.</summary>
    public IWebSocketClient? Current => Read(static all => all._current);

    /// <summary>The newest connection that callers could use, up or lost.</summary>
    public IWebSocketClient? Last => Read(static all => all._last);

    /// <summary>Why there will be no other connection; null: there will.</summary>
    public Ending? Ending => Read(static all => all._ending);

    /// <summary>How many connections there were.</summary>
    public int Count => Read(static all => all._count);

    /// <summary>A connection has come up, for the hook. False: it is over, and the connection is the caller's to end.</summary>
    public bool TryBegin(IWebSocketClient client)
    {
        using (Hold.On(_sync))
        {
            if (_ending is not null)
                return false;
            _alive = client;
            return true;
        }
    }

    /// <summary>Lets callers use it. False: it is over.</summary>
    public bool TryFollow(IWebSocketClient client)
    {
        using (Hold.On(_sync))
        {
            if (_ending is not null)
                return false;
            _current = client;
            _last = client;
            _count++;
            _readable.Add(client);
            if (_readable.Count > MostUnread + 1)
                _readable.RemoveAt(0);
            Monitor.PulseAll(_sync);
            return true;
        }
    }

    /// <summary>A caller has found out that a connection has ended: senders wait for the next one.</summary>
    public void Lost(IWebSocketClient client)
    {
        using (Hold.On(_sync))
        {
            if (_current == client)
                _current = null;
        }
    }

    /// <summary>Nothing is left of a connection to be received.</summary>
    public void Drained(IWebSocketClient client)
    {
        using (Hold.On(_sync))
            _readable.Remove(client);
    }

    /// <summary>The reconnecting thread has seen the end of a connection.</summary>
    public void Gone(IWebSocketClient client)
    {
        Lost(client);
        using (Hold.On(_sync))
            _alive = null;
    }

    /// <summary>Sets why there will be no other connection, once, and wakes everybody.</summary>
    /// <param name="ending">Why.</param>
    /// <param name="unused">The connection that only the hook has so far, to be cut: nobody can want its end in good order.</param>
    public bool TryEnd(Ending ending, out IWebSocketClient? unused)
    {
        using (Hold.On(_sync))
        {
            unused = _alive == _last ? null : _alive;
            if (_ending is not null)
                return false;
            _ending = ending;
            Monitor.PulseAll(_sync);
            return true;
        }
    }

    /// <summary>Drops what nobody has received.</summary>
    public void Clear()
    {
        using (Hold.On(_sync))
            _readable.Clear();
    }

    /// <summary>Blocks until a connection is up. Null: there was none in time, or it is over.</summary>
    public IWebSocketClient? WaitForCurrent(Deadline deadline) => WaitFor(static all => all._ending is null ? all._current : null, deadline);

    /// <summary>Blocks until there is a connection to receive from. Null: there was none in time, or it is over and all has been received.</summary>
    public IWebSocketClient? WaitForReadable(Deadline deadline) =>
        WaitFor(static all => all._readable.Count > 0 ? all._readable[0] : null, deadline);

    /// <summary>Blocks until it is over. False: the time is up.</summary>
    public bool WaitForEnd(Deadline deadline)
    {
        WaitFor(static _ => null, deadline);
        return Ending is not null;
    }

    /// <summary>Waits before the next attempt. False: it is over.</summary>
    public bool Pause(Deadline deadline)
    {
        // Only a clock that tests turn has to say when it is time: the wait itself goes by the system's.
        using ITimer? timer = clock.Time == TimeProvider.System
            ? null
            : clock.Time.CreateTimer(static all => ((Succession)all!).Wake(), this, deadline.Remaining, Timeout.InfiniteTimeSpan);
        while (true)
        {
            try
            {
                return !WaitForEnd(deadline);
            }
            catch (ThreadInterruptedException)
            {
                // Meant for a hook that has returned meanwhile.
            }
        }
    }

    private T Read<T>(Func<Succession, T> fact)
    {
        using (Hold.On(_sync))
            return fact(this);
    }

    private IWebSocketClient? WaitFor(Func<Succession, IWebSocketClient?> find, Deadline deadline)
    {
        using (Hold.On(_sync))
        {
            while (true)
            {
                IWebSocketClient? found = find(this);
                int milliseconds = deadline.RemainingMilliseconds;
                if (found is not null || _ending is not null || milliseconds == 0)
                    return found;
                Monitor.Wait(_sync, milliseconds);
            }
        }
    }

    private void Wake()
    {
        using (Hold.On(_sync))
            Monitor.PulseAll(_sync);
    }
}
