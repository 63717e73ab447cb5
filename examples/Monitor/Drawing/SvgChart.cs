using System;
using System.Collections.Generic;
using System.Linq;
using System.Xml.Linq;
using FeedMonitor.Measuring;

namespace FeedMonitor.Drawing;

/// <summary>The picture of a whole run: latency above, throughput below, losses across both.</summary>
internal sealed class SvgChart
{
    private const double Width = 960;
    private const double Height = 620;
    private const double LatencyTop = 96;

    private static readonly XNamespace Svg = SvgPanel.Svg;

    private readonly History _history;
    private readonly TimeAxis _time;
    private readonly SvgPanel _latency;
    private readonly SvgPanel _messages;
    private readonly SvgPanel _bytes;
    private readonly TimelinePoint[] _stretches;

    private SvgChart(History history)
    {
        _history = history;
        _time = new TimeAxis(history.Length);
        _latency = new SvgPanel(_time, LatencyAxis(), LatencyTop, height: 224);

        // What came within a shorter time says more about when it was counted than about the feed.
        TimeSpan shortest = TimeSpan.FromSeconds(Math.Max(0.5, history.Length.TotalSeconds / 200));
        _stretches = [.. history.Stretches(shortest)];
        _messages = new SvgPanel(_time, new LinearAxis(Largest(stretch => stretch.MessagesPerSecond)), top: 370, height: 70);
        _bytes = new SvgPanel(_time, new LinearAxis(Largest(stretch => stretch.BytesPerSecond)), top: 486, height: 70);
    }

    /// <param name="history">What is drawn.</param>
    /// <param name="title">Stands above it.</param>
    public static XDocument Of(History history, string title) => new(new SvgChart(history).Draw($"{title}, {Units.Clock(history.Length)}"));

    // On a scale of powers of ten nothing is zero; the clock's ticks are 100 ns.
    private static double? Milliseconds(TimeSpan? latency) => latency is { } value ? Math.Max(value.TotalMilliseconds, 0.0001) : null;

    private LogAxis LatencyAxis()
    {
        double[] smallest = [.. _history.Points.Select(point => Milliseconds(point.Latency?.P50)).OfType<double>()];
        double[] largest = [.. _history.Points.Select(point => Milliseconds(point.Latency?.P99)).OfType<double>()];
        return smallest.Length > 0 ? new LogAxis(smallest.Min(), largest.Max()) : new LogAxis(1, 10);
    }

    private XElement Draw(string title) => new(
        Svg + "svg",
        new XAttribute("viewBox", $"0 0 {SvgPanel.Number(Width)} {SvgPanel.Number(Height)}"),
        new XAttribute("role", "img"),
        new XElement(Svg + "title", title),
        new XElement(Svg + "style", SvgStyle.Css),
        new XElement(Svg + "rect", new XAttribute("class", "page"), new XAttribute("width", "100%"), new XAttribute("height", "100%")),
        SvgPanel.Text(SvgPanel.Left, 36, "heading", title),
        _latency.Grid($"Latency over the last {Units.Milliseconds(_history.Window.TotalMilliseconds)}", Units.Milliseconds),
        Legend(),
        _messages.Grid("Messages per second", Units.Count),
        _bytes.Grid("Bytes per second", Units.Bytes),
        Times(),
        _latency.Curve("p50", Latencies(latency => latency.P50)),
        _latency.Curve("p95", Latencies(latency => latency.P95)),
        _latency.Curve("p99", Latencies(latency => latency.P99)),
        _messages.Levels("messages", Levels(stretch => stretch.MessagesPerSecond)),
        _bytes.Levels("bytes", Levels(stretch => stretch.BytesPerSecond)),
        new XElement(Svg + "g", new XAttribute("id", "losses"), _history.Losses.Select(Mark)),
        SvgPanel.Text(SvgPanel.Left, Height - 14, "muted", Summary()));

    private static IEnumerable<XElement> Legend()
    {
        double x = SvgPanel.Right - 240;
        foreach (string name in (string[])["p50", "p95", "p99", "loss"])
        {
            yield return SvgPanel.Path(name, name == "loss" ? Cross(x + 12, 82) : $"M{SvgPanel.Number(x)} 82h24");
            yield return SvgPanel.Text(x + 30, 86, "caption", name);
            x += 62;
        }
    }

    private IEnumerable<XElement> Times() => _time.Ticks
        .Select(TimeSpan.FromSeconds)
        .Select(at => SvgPanel.Text(_bytes.X(at), _bytes.Bottom + 20, "muted middle", Units.Clock(at)));

    private IEnumerable<(TimeSpan At, double? Value)> Latencies(Func<Percentiles, TimeSpan> which) =>
        _history.Points.Select(point => (point.Until, point.Latency is { } latency ? Milliseconds(which(latency)) : null));

    private IEnumerable<(TimeSpan From, TimeSpan To, double Value)> Levels(Func<TimelinePoint, double> rate) =>
        _stretches.Select(stretch => (stretch.Until - stretch.Length, stretch.Until, rate(stretch)));

    private double Largest(Func<TimelinePoint, double> rate) => _stretches.Select(rate).DefaultIfEmpty().Max();

    private XElement Mark(Loss loss)
    {
        double x = _latency.X(loss.At);
        return new XElement(
            Svg + "g",
            new XAttribute("class", "loss"),
            new XElement(Svg + "title", $"{Units.Clock(loss.At)} {loss.Reason}: {Printable.Text(loss.Message)}"),
            SvgPanel.Line(x, LatencyTop, x, _bytes.Bottom),
            SvgPanel.Path("loss", Cross(x, LatencyTop)));
    }

    private static string Cross(double x, double y) => $"M{SvgPanel.Number(x - 4)} {SvgPanel.Number(y - 4)}l8 8m0 -8l-8 8";

    private string Summary() => _history.Reasons.Count == 0
        ? "No connection was lost."
        : "Lost: " + string.Join("; ", _history.Reasons.Select(reason => FormattableString.Invariant($"{reason.Value} \u00d7 {reason.Key}")));
}
