using System;
using System.Collections.Generic;
using System.Linq;

namespace FeedMonitor.Measuring;

/// <summary>The durations that were measured lately, for their percentiles. One thread; time is an argument.</summary>
/// <param name="span">How long a duration counts.</param>
/// <param name="capacity">How many count at most, the newest ones: a busy feed must not take memory without end.</param>
internal sealed class SlidingWindow(TimeSpan span, int capacity)
{
    private readonly Queue<(TimeSpan At, TimeSpan Duration)> _samples = new();

    /// <param name="at">Not before that of the last call.</param>
    /// <param name="duration">What was measured.</param>
    public void Add(TimeSpan at, TimeSpan duration)
    {
        if (_samples.Count == capacity)
            _samples.Dequeue();
        _samples.Enqueue((at, duration));
    }

    /// <summary>Of what was measured within the span before now; null: nothing was.</summary>
    public Percentiles? PercentilesAt(TimeSpan now)
    {
        while (_samples.TryPeek(out (TimeSpan At, TimeSpan Duration) oldest) && now - oldest.At >= span)
            _samples.Dequeue();
        if (_samples.Count == 0)
            return null;
        TimeSpan[] sorted = [.. _samples.Select(sample => sample.Duration).Order()];
        return new Percentiles(NearestRank(sorted, 50), NearestRank(sorted, 95), NearestRank(sorted, 99));
    }

    // Always a duration that was measured, never one between two.
    private static TimeSpan NearestRank(TimeSpan[] sorted, long percent) => sorted[((sorted.Length * percent) + 99) / 100 - 1];
}
