using System;
using System.Collections.Generic;
using System.Linq;
using System.Xml.Linq;
using FeedMonitor.Drawing;
using FeedMonitor.Measuring;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Examples;

[Category("Examples")]
public sealed class MonitorDrawingTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Test]
    public void Sparkline_goes_from_zero_to_the_largest_value() =>
        Sparkline.Of([TimeSpan.Zero, 2 * Second, 8 * Second, 14 * Second]).Should().Be("\u2581\u2582\u2585\u2588");

    [Test]
    public void Sparkline_of_nothing_is_empty() => Sparkline.Of([]).Should().BeEmpty();

    [TestCase(0, "0 0.5 1")]
    [TestCase(0.7, "0 0.2 0.4 0.6 0.8")]
    [TestCase(20, "0 5 10 15 20")]
    [TestCase(1001, "0 500 1000 1500")]
    public void Linear_axis_has_round_ticks(double largest, string ticks)
    {
        LinearAxis axis = new(largest);

        Ticks(axis).Should().Be(ticks);
        axis.PlaceOf(largest).Should().BeInRange(0, 1);
    }

    [TestCase(0.3, 0.5, "0.1 0.2 0.5 1")]
    [TestCase(1, 1, "1 2 5 10")]
    [TestCase(0.02, 300, "0.01 0.1 1 10 100 1000")]
    public void Axis_of_powers_has_ticks_for_each_power(double smallest, double largest, string ticks)
    {
        LogAxis axis = new(smallest, largest);

        Ticks(axis).Should().Be(ticks);
        axis.PlaceOf(smallest).Should().BeInRange(0, axis.PlaceOf(largest));
        axis.PlaceOf(largest).Should().BeLessThanOrEqualTo(1);
    }

    [TestCase(3, 4)]
    [TestCase(600, 11)]
    [TestCase(86400 * 365, 11)]
    public void Time_axis_never_has_many_ticks(int seconds, int ticks) =>
        new TimeAxis(TimeSpan.FromSeconds(seconds)).Ticks.Should().HaveCountLessThanOrEqualTo(11).And.HaveCountGreaterThanOrEqualTo(Math.Min(ticks, 5));

    [TestCase("Fine, \u00e9\u4f60 \ud83d\ude00", "Fine, \u00e9\u4f60 \ud83d\ude00")]
    [TestCase("\u001b[2Jgone\r\nnext", "[2Jgone  next")]
    [TestCase("\u202eright\u0000to\ufffeleft\u2028", "right to left")]
    public void Text_of_others_neither_moves_the_cursor_nor_breaks_xml(string text, string shown) => Printable.Text(text).Should().Be(shown);

    [Test]
    public void Address_is_shown_without_what_may_be_secret() =>
        Printable.Address(new Uri("wss://user:secret@example.com:8443/feed?token=secret#secret")).Should().Be("wss://example.com:8443/feed");

    [Test]
    public void Chart_has_a_gap_where_nothing_was_measured_and_a_mark_for_each_loss()
    {
        Percentiles latency = new(0.001 * Second, 0.002 * Second, 0.2 * Second);
        TimelinePoint[] points = [.. Enumerable.Range(1, 9).Select(i => new TimelinePoint(i * Second, Second, i is > 3 and < 6 ? null : latency, i, 10 * i))];
        Loss[] losses = [new(3 * Second, "<reason>", "\u0001 & co"), new(4 * Second, "<reason>", "again")];
        History history = new(9 * Second, 10 * Second, points, losses, [KeyValuePair.Create("<reason>", 2)]);

        var chart = XDocument.Parse(SvgChart.Of(history, "wss://example.com/").ToString());

        Curve(chart, "p50").Count(command => command == 'M').Should().Be(2, "the curve is drawn in two parts");
        Curve(chart, "p99").Count(command => command == 'L').Should().Be(2 + 3);
        Curve(chart, "messages").Count(command => command is 'M' or 'L').Should().Be(2 * 9);
        Element(chart, "losses").Elements().Should().HaveCount(2);
        Element(chart, "losses").Value.Should().Contain("0:03 <reason>: & co");
        chart.Root!.Elements().Last().Value.Should().Be("Lost: 2 \u00d7 <reason>");
    }

    [Test]
    public void Chart_of_a_run_without_a_connection_is_drawn_too()
    {
        History history = new(TimeSpan.Zero, 10 * Second, [], [], []);

        string chart = SvgChart.Of(history, "wss://example.com/").ToString();

        chart.Should().NotContain("NaN").And.NotContain("\u221e");
    }

    private static string Ticks(IAxis axis) => string.Join(' ', axis.Ticks.Select(tick => FormattableString.Invariant($"{tick:0.##}")));

    private static string Curve(XDocument chart, string id) => Element(chart, id).Attribute("d")!.Value;

    private static XElement Element(XDocument chart, string id) => chart.Descendants().Single(element => element.Attribute("id")?.Value == id);
}
