using System.Collections.Generic;

namespace FeedMonitor.Drawing;

/// <summary>Where values lie between the ends of a line.</summary>
internal interface IAxis
{
    /// <summary>The values to write beside it, smallest first.</summary>
    IReadOnlyList<double> Ticks { get; }

    /// <summary>From 0 at the beginning to 1 at the end.</summary>
    double PlaceOf(double value);
}
