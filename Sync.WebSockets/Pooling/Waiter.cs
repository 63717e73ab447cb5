using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

// Lock: _sync guards _woken. Place belongs to the lock of Places: a place is given under it, and the waiter is woken after it.

/// <summary>A renter that waits for a place. Each is woken by itself, so that it is the one at the head of the row that goes on.</summary>
internal sealed class Waiter
{
    private readonly object _sync = new();
    private bool _woken;

    /// <summary>What it was given; null as long as it waits.</summary>
    public Place? Place { get; set; }

    /// <summary>Has the waiter look again. Does not wait.</summary>
    public void Wake()
    {
        using (Hold.On(_sync))
        {
            _woken = true;
            Monitor.Pulse(_sync);
        }
    }

    /// <summary>Blocks until it is woken, or for about so long; -1: for ever.</summary>
    public void Wait(int milliseconds)
    {
        using (Hold.On(_sync))
        {
            if (!_woken)
                Monitor.Wait(_sync, milliseconds);
            _woken = false;
        }
    }
}
