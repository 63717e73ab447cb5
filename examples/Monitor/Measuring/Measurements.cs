using System;
using System.Collections.Generic;
using System.Linq;

namespace FeedMonitor.Measuring;

// Lock: _sync guards every field but _start. It is held for a few instructions, and for sorting the window.

/// <summary>What comes in from the threads of the connection, and goes out to those that draw. Any thread. Memory is bounded.</summary>
/// <param name="time">The clock.</param>
/// <param name="window">How long a latency counts for the percentiles.</param>
internal sealed class Measurements(TimeProvider time, TimeSpan window)
{
    private const int StretchesInNow = 10;
    private const int LongestCurve = 60;
    private const int MostRecentLosses = 5;
    private const int MostLosses = 1000;

    private readonly long _start = time.GetTimestamp();
    private readonly object _sync = new();
    private readonly SlidingWindow _window = new(window, capacity: 10_000);
    private readonly Timeline _timeline = new(capacity: 1000);
    private readonly Queue<TimelinePoint> _recent = new();
    private readonly Queue<TimeSpan> _curve = new();
    private readonly Queue<Loss> _losses = new();
    private readonly Dictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private TimeSpan? _last;
    private TimeSpan? _longestInStretch;
    private TimeSpan _stretchBegan;
    private long _messages;
    private long _bytes;
    private long _messagesBefore;
    private long _bytesBefore;
    private int _lossCount;

    private TimeSpan Elapsed => time.GetElapsedTime(_start);

    public void Received(int bytes)
    {
        lock (_sync)
        {
            _messages++;
            _bytes += bytes;
        }
    }

    public void Measured(TimeSpan latency)
    {
        lock (_sync)
        {
            _window.Add(Elapsed, latency);
            _last = latency;
            _longestInStretch = _longestInStretch > latency ? _longestInStretch : latency;
        }
    }

    /// <param name="reason">Of a kind that can be counted: each different one is kept.</param>
    /// <param name="message">Any text.</param>
    public void Lost(string reason, string message)
    {
        lock (_sync)
        {
            _lossCount++;
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
            Append(_losses, new Loss(Elapsed, reason, message), MostLosses);
        }
    }

    /// <summary>Ends a stretch of time and begins the next one.</summary>
    public Snapshot Step()
    {
        lock (_sync)
        {
            TimeSpan now = Elapsed;
            Percentiles? latency = _window.PercentilesAt(now);
            EndStretch_NeedsLock(new TimelinePoint(now, now - _stretchBegan, latency, _messages - _messagesBefore, _bytes - _bytesBefore));
            return new Snapshot(
                now,
                _last,
                latency,
                [.. _curve],
                _recent.Aggregate((sum, next) => sum.With(next)),
                _messages,
                _bytes,
                _lossCount,
                [.. _reasons],
                [.. _losses.TakeLast(MostRecentLosses)]);
        }
    }

    public History ToHistory()
    {
        lock (_sync)
            return new History(Elapsed, window, _timeline.Points, [.. _losses], [.. _reasons]);
    }

    private static void Append<T>(Queue<T> queue, T item, int capacity)
    {
        queue.Enqueue(item);
        if (queue.Count > capacity)
            queue.Dequeue();
    }

    private void EndStretch_NeedsLock(TimelinePoint stretch)
    {
        _timeline.Add(stretch);
        Append(_recent, stretch, StretchesInNow);
        if (_longestInStretch is { } longest)
            Append(_curve, longest, LongestCurve);
        _longestInStretch = null;
        _stretchBegan = stretch.Until;
        _messagesBefore = _messages;
        _bytesBefore = _bytes;
    }
}
