using System;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// A ping behind 4 MB of our own data on a slow uplink has not been ignored: it has not arrived. So as long as the peer's TCP
// acknowledges something that stands before the ping's end, that is progress; once it has the ping itself, what it acknowledges later
// counts no more, else a hung peer whose kernel still acknowledges would live for hours.
//
// Acknowledgements are looked at in steps whose length grows with the time that has passed, so progress is dated late by less than half
// of what it took, and by an eighth of the timeout at most; and no ping costs more than a few looks.
//
// Owner: the heartbeat thread.

/// <summary>How far the oldest unanswered ping has come on its way to the peer.</summary>
internal sealed class PingDelivery(Link link)
{
    private const long FirstLook = 10 * TimeSpan.TicksPerMillisecond;

    private ControlRequest? _ping;
    private long _acknowledged;
    private long _progress;

    /// <summary>Whether the peer's TCP has it; null: nobody can tell.</summary>
    public bool? IsDelivered { get; private set; }

    /// <summary>When to look again; <see cref="MonotonicClock.Never"/> when there is nothing more to see.</summary>
    public long NextLook { get; private set; } = MonotonicClock.Never;

    /// <summary>Looks, and returns when bytes up to the ping's end last got on; 0 for never.</summary>
    public long Look(ControlRequest? oldest, long now, long timeout)
    {
        if (oldest is null)
        {
            Forget();
            return 0;
        }
        if (link.ReadAcknowledged() is not { } acknowledged)
        {
            IsDelivered = null;
            NextLook = MonotonicClock.Never;
            // Without acknowledgements, what our own socket takes is progress, but only for a ping that stands behind it.
            return oldest.WrittenAt == 0 ? link.Wire.LastWritten : 0;
        }
        if (_ping != oldest)
        {
            Forget();
            _ping = oldest;
            _acknowledged = acknowledged;
            IsDelivered = false;
        }
        if (IsDelivered == false)
            Observe(oldest, acknowledged, now, timeout);
        return _progress;
    }

    private void Observe(ControlRequest ping, long acknowledged, long now, long timeout)
    {
        if (acknowledged > _acknowledged)
            _progress = now;
        _acknowledged = acknowledged;
        IsDelivered = ping.WireEnd != 0 && acknowledged >= ping.WireEnd;
        long since = Math.Max(ping.DueAt, _progress);
        NextLook = IsDelivered == true
            ? MonotonicClock.Never
            : now + Math.Max(FirstLook, Math.Min((now - since) / 2, timeout == MonotonicClock.Never ? long.MaxValue / 4 : timeout / 8));
    }

    private void Forget()
    {
        _ping = null;
        _progress = 0;
        IsDelivered = null;
        NextLook = MonotonicClock.Never;
    }
}
