using System;

namespace Sync.WebSockets.Protocol.Heartbeat;

// Time in which we did not run is never held against the peer. A step that runs late puts the end off by as much; one that would be the end
// although it ran late looks a second time first, after as long again as it was late: whatever kept us from running may have kept the peer's
// bytes from coming. So a late step costs at most twice its lateness.
//
// Only a step that is later than any step is on a machine that runs counts as late: a few ms of each would add up.

/// <summary>How long a peer may give no sign of life. A pure value; all times in ticks of 100 ns.</summary>
internal struct Patience
{
    /// <summary>A step this late (100 ms) means that this process did not run as it should.</summary>
    public const long Late = 1_000_000;

    // The second look comes after a second at the latest: enough for a peer's bytes to reach us after a sleep of any length.
    private const long LongestReprieve = 10_000_000;

    private bool _begun;
    private long _sign;
    private long _excused;
    private bool _reprieved;

    /// <summary>When it is at its end; <see cref="long.MaxValue"/> for an infinite timeout.</summary>
    /// <param name="now">When this step runs.</param>
    /// <param name="late">By how much that is later than it should have run.</param>
    /// <param name="sign">When the peer last gave a sign of life.</param>
    /// <param name="timeout">How long it may give none.</param>
    public long Deadline(long now, long late, long sign, long timeout)
    {
        if (timeout == long.MaxValue)
            return long.MaxValue;
        if (!_begun || sign > _sign)
        {
            _begun = true;
            _sign = sign;
            _excused = 0;
            _reprieved = false;
            late = Math.Min(late, now - sign);
        }
        if (late > Late)
            Excuse(now, late, timeout);
        return _sign + timeout + _excused;
    }

    /// <summary>There is nothing to wait for.</summary>
    public void Forget() => _begun = false;

    private void Excuse(long now, long late, long timeout)
    {
        _excused += late;
        if (now < _sign + timeout + _excused || _reprieved)
            return;
        _reprieved = true;
        _excused = now - _sign - timeout + Math.Min(late, Math.Min(timeout, LongestReprieve));
    }
}
