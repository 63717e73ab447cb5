using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace FeedMonitor.Drawing;

/// <summary>A field of the picture with an axis of its own upwards. To the right goes the time.</summary>
/// <param name="time">Shared by all panels.</param>
/// <param name="values">Its own.</param>
/// <param name="top">Where it begins on the page.</param>
/// <param name="height">How far it goes down from there.</param>
internal sealed class SvgPanel(TimeAxis time, IAxis values, double top, double height)
{
    public const double Left = 80;
    public const double Right = 930;

    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public double Bottom => top + height;

    public static string Number(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    public static XElement Text(double x, double y, string style, string text) =>
        new(Svg + "text", new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("class", style), text);

    public static XElement Line(double x1, double y1, double x2, double y2) => new(
        Svg + "line",
        new XAttribute("x1", Number(x1)), new XAttribute("y1", Number(y1)), new XAttribute("x2", Number(x2)), new XAttribute("y2", Number(y2)));

    public static XElement Path(string style, string data) =>
        new(Svg + "path", new XAttribute("class", style), new XAttribute("d", data));

    public double X(TimeSpan at) => Left + (time.PlaceOf(at.TotalSeconds) * (Right - Left));

    /// <summary>The caption above, and a line for each tick.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="label">Writes a tick.</param>
    public IEnumerable<XElement> Grid(string caption, Func<double, string> label)
    {
        yield return Text(Left, top - 10, "caption", caption);
        foreach (double tick in values.Ticks)
        {
            XElement line = Line(Left, Y(tick), Right, Y(tick));
            line.SetAttributeValue("class", "grid");
            yield return line;
            yield return Text(Left - 8, Y(tick) + 4, "muted end", label(tick));
        }
    }

    /// <summary>A curve, with a gap where there is no value.</summary>
    public XElement Curve(string name, IEnumerable<(TimeSpan At, double? Value)> points)
    {
        StringBuilder data = new();
        bool draws = false;
        foreach ((TimeSpan at, double? value) in points)
        {
            if (value is { } height)
                data.Append(draws ? 'L' : 'M').Append(Place(at, height));
            draws = value is not null;
        }
        return Named(name, data.ToString());
    }

    /// <summary>A level for each stretch of time.</summary>
    public XElement Levels(string name, IEnumerable<(TimeSpan From, TimeSpan To, double Value)> stretches)
    {
        StringBuilder data = new();
        foreach ((TimeSpan from, TimeSpan to, double value) in stretches)
            data.Append(data.Length == 0 ? 'M' : 'L').Append(Place(from, value)).Append('L').Append(Place(to, value));
        return Named(name, data.ToString());
    }

    private static XElement Named(string name, string data)
    {
        XElement path = Path(name, data);
        path.SetAttributeValue("id", name);
        return path;
    }

    private double Y(double value) => Bottom - (values.PlaceOf(value) * height);

    private string Place(TimeSpan at, double value) => $"{Number(X(at))} {Number(Y(value))}";
}
