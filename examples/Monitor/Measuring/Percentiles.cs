using System;

namespace FeedMonitor.Measuring;

/// <summary>What 50, 95 and 99 of a hundred durations do not exceed.</summary>
internal readonly record struct Percentiles(TimeSpan P50, TimeSpan P95, TimeSpan P99)
{
    /// <summary>The longer ones of both.</summary>
    public Percentiles Worst(Percentiles other) => new(Longer(P50, other.P50), Longer(P95, other.P95), Longer(P99, other.P99));

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
