using System;
using System.Collections.Generic;
using System.Linq;

namespace FeedMonitor.Drawing;

/// <summary>A curve in one line of text.</summary>
internal static class Sparkline
{
    private const string Bars = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";

    /// <summary>One character for each value, from zero at the bottom to the largest one at the top.</summary>
    public static string Of(IReadOnlyCollection<TimeSpan> values)
    {
        TimeSpan top = values.DefaultIfEmpty().Max();
        return string.Concat(values.Select(height => Bar(height, top)));
    }

    private static char Bar(TimeSpan height, TimeSpan top) =>
        top > TimeSpan.Zero ? Bars[(int)Math.Round(height / top * (Bars.Length - 1))] : Bars[0];
}
