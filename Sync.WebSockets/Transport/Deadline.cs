using System;
using System.Threading;

namespace Sync.WebSockets.Transport;

/// <summary>The end of a bounded call: taken once at its start, passed down to everything that waits.</summary>
internal readonly struct Deadline
{
    private readonly MonotonicClock _clock;

    private Deadline(MonotonicClock clock, long at)
    {
        _clock = clock;
        At = at;
    }

    /// <summary>When the call ends; <see cref="MonotonicClock.Never"/> for an unbounded one.</summary>
    public long At { get; }

    public bool IsInfinite => At == MonotonicClock.Never;

    public bool HasPassed => !IsInfinite && _clock.Now >= At;

    /// <summary>What is left, in the form that the BCL's waits take: rounded up, 0 when it has passed, -1 when it never does.</summary>
    public int RemainingMilliseconds
    {
        get
        {
            if (IsInfinite)
                return Timeout.Infinite;
            long left = At - _clock.Now;
            return left <= 0 ? 0 : (int)Math.Min(int.MaxValue, (left + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
        }
    }

    /// <summary>The same for calls that take a time span.</summary>
    public TimeSpan Remaining => TimeSpan.FromMilliseconds(RemainingMilliseconds);

    public static Deadline After(MonotonicClock clock, TimeSpan span) => new(clock, clock.After(span));

    /// <summary>The earlier of this and another point in time.</summary>
    public Deadline OrAt(long at) => new(_clock, Math.Min(At, at));
}
