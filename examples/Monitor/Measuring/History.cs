using System;
using System.Collections.Generic;

namespace FeedMonitor.Measuring;

/// <summary>The whole run, as far as it is kept.</summary>
/// <param name="Length">From the start until now.</param>
/// <param name="Window">How long a latency counts for the percentiles.</param>
/// <param name="Points">Oldest first.</param>
/// <param name="Losses">Oldest first; of very many the last ones.</param>
/// <param name="Reasons">How often each reason of a loss came.</param>
internal sealed record History(
    TimeSpan Length,
    TimeSpan Window,
    IReadOnlyList<TimelinePoint> Points,
    IReadOnlyList<Loss> Losses,
    IReadOnlyList<KeyValuePair<string, int>> Reasons)
{
    /// <summary>The points in stretches of at least so long, but for the last one.</summary>
    public IEnumerable<TimelinePoint> Stretches(TimeSpan length)
    {
        TimelinePoint? sum = null;
        foreach (TimelinePoint point in Points)
        {
            sum = sum?.With(point) ?? point;
            if (sum.Length < length)
                continue;
            yield return sum;
            sum = null;
        }
        if (sum is not null)
            yield return sum;
    }
}
