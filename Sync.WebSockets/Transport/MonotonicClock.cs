using System;
using System.Threading;

namespace Sync.WebSockets.Transport;

/// <summary>Monotonic time in ticks of 100 ns, which no change of the wall clock touches. Any thread.</summary>
internal sealed class MonotonicClock(TimeProvider time)
{
    /// <summary>Later than any time: what never happens.</summary>
    public const long Never = long.MaxValue;

    public static MonotonicClock System { get; } = new(TimeProvider.System);

    public TimeProvider Time => time;

    // From the origin of the time itself, so that two clocks of one time agree. One tick is added so that zero can stand for "not yet".
    public long Now => time.GetElapsedTime(0).Ticks + 1;

    /// <summary>A span in ticks; an infinite one never ends.</summary>
    public static long Ticks(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? Never : span.Ticks;

    /// <summary>The time a span from now.</summary>
    public long After(TimeSpan span) => span == Timeout.InfiniteTimeSpan ? Never : Now + span.Ticks;
}
