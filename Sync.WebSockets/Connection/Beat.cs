using System;
using System.Threading;

namespace Sync.WebSockets.Connection;

// Steps run one at a time: the first one in the thread that registers, the others in the heartbeat thread.
//
// Owners: Due, Position and IsRegistered belong to the heartbeat thread's lock; Due can be read without it.

/// <summary>One connection's share in the heartbeat thread.</summary>
internal abstract class Beat
{
    private long _due;

    /// <summary>When <see cref="Step"/> has to run.</summary>
    internal long Due
    {
        get => Volatile.Read(ref _due);
        set => Interlocked.Exchange(ref _due, value);
    }

    /// <summary>Its place in the heap; -1 when it is not there.</summary>
    internal int Position { get; set; } = -1;

    internal bool IsRegistered { get; set; }

    /// <summary>Does what is due and returns when to come again. Must neither wait nor run user code.</summary>
    public abstract long Step(long now);

    /// <summary>A step threw, which must not happen: ends what it runs for. In its place.</summary>
    public abstract void Fail(Exception exception);
}
