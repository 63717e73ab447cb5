using System;
using System.Collections.Generic;

namespace FeedMonitor.Measuring;

/// <summary>What has been measured until a moment.</summary>
/// <param name="At">The moment, since the start.</param>
/// <param name="Last">The last latency; null: none was measured yet.</param>
/// <param name="Latency">Over the sliding window; null: none was measured in it.</param>
/// <param name="Curve">The longest latency of each stretch that has one, oldest first, as far as a line of text is long.</param>
/// <param name="Now">The last few stretches as one, for what comes per second: one alone would jump with every message of a slow feed.</param>
/// <param name="Messages">How many came in total.</param>
/// <param name="Bytes">The sizes of those in total.</param>
/// <param name="LossCount">How many connections were lost in total.</param>
/// <param name="Reasons">How often each reason of a loss came.</param>
/// <param name="RecentLosses">The last losses, oldest first.</param>
internal sealed record Snapshot(
    TimeSpan At,
    TimeSpan? Last,
    Percentiles? Latency,
    IReadOnlyList<TimeSpan> Curve,
    TimelinePoint Now,
    long Messages,
    long Bytes,
    int LossCount,
    IReadOnlyList<KeyValuePair<string, int>> Reasons,
    IReadOnlyList<Loss> RecentLosses);
