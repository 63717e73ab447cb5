using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using FeedMonitor.Measuring;
using Spectre.Console;
using Spectre.Console.Rendering;
using Sync.WebSockets;

namespace FeedMonitor.Drawing;

/// <summary>For terminals: a picture that is drawn over and over in its place.</summary>
internal sealed class LiveView(string title) : IView
{
    /// <summary>Gets a value indicating whether the output is a terminal on which the cursor can be moved.</summary>
    public static bool IsPossible => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    public void Show(IEnumerable<Frame> frames)
    {
        Console.OutputEncoding = Encoding.UTF8; // For the bars.
        AnsiConsole.Live(new Text(title)).Start(live =>
        {
            foreach (Frame frame in frames)
                live.UpdateTarget(Picture(frame));
        });
    }

    private Panel Picture(Frame frame)
    {
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn(new GridColumn().PadRight(0));
        AddRow(grid, "state", State(frame));
        AddRow(grid, "latency", Latency(frame.Measured));
        AddRow(grid, "", Curve(frame.Measured.Curve));
        AddRow(grid, "throughput", Throughput(frame.Measured));
        AddRow(grid, "losses", Losses(frame));
        foreach (Loss loss in frame.Measured.RecentLosses.Reverse())
            AddRow(grid, "", Told(loss));
        return new Panel(grid).Header($" {Markup.Escape(title)}  {Units.Clock(frame.Measured.At)} ").Expand();
    }

    private static void AddRow(Grid grid, string name, IRenderable content) => grid.AddRow(new Text(name, new Style(Color.Grey)), content);

    private static Markup State(Frame frame)
    {
        string colour = frame.Status.State switch
        {
            ReconnectState.Connected => "green",
            ReconnectState.Closed => "grey",
            _ => "yellow",
        };
        string trouble = frame.Trouble is { } text ? $"  [grey]{Markup.Escape(text)}[/]" : "";
        return new Markup($"[{colour} bold]{frame.State}[/]{trouble}");
    }

    private static Markup Latency(Snapshot measured) => new(
        $"last [bold]{Units.Of(measured.Last),-8}[/] p50 [bold]{Units.Of(measured.Latency?.P50),-8}[/] "
        + $"p95 [bold]{Units.Of(measured.Latency?.P95),-8}[/] p99 [bold]{Units.Of(measured.Latency?.P99),-8}[/]");

    private static Markup Curve(IReadOnlyList<TimeSpan> curve) =>
        new(curve.Count == 0 ? "" : $"[aqua]{Sparkline.Of(curve)}[/] [grey]up to {Units.Of(curve.Max())}[/]");

    private static Markup Throughput(Snapshot measured)
    {
        TimelinePoint now = measured.Now;
        return new Markup(
            $"[bold]{Units.Count(now.MessagesPerSecond)}[/] messages/s  [bold]{Units.Bytes(now.BytesPerSecond)}[/]/s  "
            + $"[grey]{Units.Count(measured.Messages)} messages, {Units.Bytes(measured.Bytes)} in total[/]");
    }

    private static Markup Told(Loss loss) => new(
        $"[grey]{Units.Clock(loss.At)}[/]  {Markup.Escape(loss.Reason)}[grey]: {Markup.Escape(Printable.Text(loss.Message))}[/]");

    private static Markup Losses(Frame frame)
    {
        string reasons = string.Join(
            "; ", frame.Measured.Reasons.Select(reason => FormattableString.Invariant($"{reason.Value} x {Markup.Escape(reason.Key)}")));
        return new Markup(FormattableString.Invariant(
            $"[bold]{frame.Measured.LossCount}[/], reconnects [bold]{frame.Reconnects}[/]  [grey]{reasons}[/]"));
    }
}
