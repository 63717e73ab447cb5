using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using FeedMonitor.Measuring;
using Sync.WebSockets;

namespace FeedMonitor.Drawing;

/// <summary>For pipes and files: a line every second, and one for each loss and each change of the state.</summary>
internal sealed class PlainView(TextWriter output, string title) : IView
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private TimeSpan _next = Interval;
    private (ReconnectState State, int Attempt, int Connections)? _state;
    private int _losses;

    public void Show(IEnumerable<Frame> frames)
    {
        output.WriteLine($"Monitoring {title}");
        foreach (Frame frame in frames)
        {
            ShowEvents(frame);
            if (frame.Measured.At >= _next || frame.IsLast)
            {
                ShowFigures(frame);
                _next += Interval;
            }
            output.Flush();
        }
    }

    private void ShowEvents(Frame frame)
    {
        Snapshot measured = frame.Measured;
        foreach (Loss loss in measured.RecentLosses.TakeLast(measured.LossCount - _losses))
            output.WriteLine($"{Units.Clock(loss.At)}  lost: {loss.Reason}: {Printable.Text(loss.Message)}");
        _losses = measured.LossCount;

        // Not by the words: they round the end of a wait differently each time.
        (ReconnectState State, int Attempt, int Connections) state = (frame.Status.State, frame.Status.Attempt, frame.Status.Connections);
        if (state == _state)
            return;
        _state = state;
        output.WriteLine($"{Units.Clock(measured.At)}  {frame.State}" + (frame.Trouble is { } trouble ? ": " + trouble : ""));
    }

    private void ShowFigures(Frame frame)
    {
        Snapshot measured = frame.Measured;
        TimelinePoint now = measured.Now;
        output.WriteLine(
            $"{Units.Clock(measured.At)}  latency last {Units.Of(measured.Last)}, p50 {Units.Of(measured.Latency?.P50)}, "
            + $"p95 {Units.Of(measured.Latency?.P95)}, p99 {Units.Of(measured.Latency?.P99)}; "
            + $"{Units.Count(now.MessagesPerSecond)} messages/s, {Units.Bytes(now.BytesPerSecond)}/s; "
            + FormattableString.Invariant($"losses {measured.LossCount}, reconnects {frame.Reconnects}"));
    }
}
