using System;

namespace Sync.WebSockets.Protocol.Heartbeat;

// A pure step, as the heartbeat is. Time in which this process did not run, told by steps that ran late, is not held against the peer.

/// <summary>The receive idle timeout: when nothing but pongs has come for too long. Heartbeat thread only.</summary>
/// <param name="timeout">The bound; <see cref="long.MaxValue"/>: none.</param>
internal sealed class IdleWatch(long timeout)
{
    private long _activity;
    private long _excused;

    /// <summary>When the silence has lasted too long.</summary>
    /// <param name="now">When this step runs.</param>
    /// <param name="expected">When this step should have run.</param>
    /// <param name="lastActivity">When the last frame other than a pong came, or reading was taken up again; now, while it is paused.</param>
    public long Deadline(long now, long expected, long lastActivity)
    {
        if (timeout == long.MaxValue)
            return long.MaxValue;
        if (lastActivity != _activity)
        {
            _activity = lastActivity;
            _excused = 0;
        }
        // Only a step that is later than any step is on a machine that runs: a few ms of each would add up.
        long late = now - Math.Max(expected, lastActivity);
        if (late > PingPongHeartbeat.Late)
            _excused += late;
        return lastActivity + timeout + _excused;
    }
}
