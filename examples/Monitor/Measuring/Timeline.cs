using System.Collections.Generic;
using System.Linq;

namespace FeedMonitor.Measuring;

// A monitor may run for weeks, and a picture is some hundred points wide. So whenever there are too many points each two neighbours become one,
// and from then on it takes twice as many stretches to make a point: the whole run is kept, as finely as there is room for.

/// <summary>All stretches of time since the start, in a bounded number of points. One thread.</summary>
/// <param name="capacity">The most points; even.</param>
internal sealed class Timeline(int capacity)
{
    private readonly List<TimelinePoint> _points = [];
    private TimelinePoint? _unfinished;
    private int _stretches;
    private int _stretchesInPoint = 1;

    /// <summary>From the start until the last stretch.</summary>
    public IReadOnlyList<TimelinePoint> Points => _unfinished is null ? [.. _points] : [.. _points, _unfinished];

    public void Add(TimelinePoint stretch)
    {
        _unfinished = _unfinished?.With(stretch) ?? stretch;
        if (++_stretches < _stretchesInPoint)
            return;

        _points.Add(_unfinished);
        _unfinished = null;
        _stretches = 0;
        if (_points.Count < capacity)
            return;

        TimelinePoint[] merged = [.. _points.Chunk(2).Select(pair => pair[0].With(pair[1]))];
        _points.Clear();
        _points.AddRange(merged);
        _stretchesInPoint *= 2;
    }
}
