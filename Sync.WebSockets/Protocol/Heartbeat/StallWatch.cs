using System;

namespace Sync.WebSockets.Protocol.Heartbeat;

// While we do not read, the peer's silence says nothing. But a Send that gets nothing on for so long waits for a peer that waits for us
// to read, or that is gone: nobody can tell, and neither ends by itself.

/// <summary>When a Send has got nothing on for too long while reading is paused. For one thread at a time.</summary>
internal sealed class StallWatch
{
    private Patience _patience;
    private long? _acknowledged;
    private long _acknowledgedAt;

    /// <summary>When it is stalled.</summary>
    /// <param name="now">When this step runs.</param>
    /// <param name="late">By how much that is later than it should have run.</param>
    /// <param name="timeout">How long nothing may move.</param>
    /// <param name="acknowledged">What the peer's TCP has acknowledged so far; null: this system does not tell.</param>
    /// <param name="lastMove">When bytes last went out, or the frame was begun, or reading was paused.</param>
    public long Deadline(long now, long late, long timeout, long? acknowledged, long lastMove)
    {
        if (acknowledged != _acknowledged)
        {
            _acknowledged = acknowledged;
            _acknowledgedAt = now;
        }
        return _patience.Deadline(now, late, Math.Max(lastMove, _acknowledgedAt), timeout);
    }
}
