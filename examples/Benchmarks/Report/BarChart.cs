using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using Benchmarks.Running;

namespace Benchmarks.Report;

/// <summary>A group of cases as SVG: a bar for each client, the longer the faster, beside the fastest one of its case.</summary>
internal sealed class BarChart(string group, IReadOnlyList<Contender> contenders, IReadOnlyList<CaseResult> results)
{
    private const int Width = 900;
    private const int Left = 190;
    private const int Longest = 560;
    private const int Bar = 14;
    private const int Gap = 16;
    private const int Top = 64;

    // Distinct also without colour: from dark to light, but for the one that it is about.
    private static readonly string[] Colours = ["#3b4252", "#d1603d", "#4f6d8f", "#7d9cc0", "#a9bfa0", "#d9cba3"];

    private readonly StringBuilder _svg = new();

    public static string FileName(string group) =>
        group.Replace(' ', '-').ToLowerInvariant() + ".svg";

    public override string ToString()
    {
        _svg.Clear();
        int height = Top + results.Sum(r => (Taking(r).Count() * Bar) + Gap);
        Line($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" font-family="sans-serif" font-size="11">""");
        Line($"""<rect width="{Width}" height="{height}" fill="#ffffff"/>""");
        Text(10, 20, group + ": longer is faster", "font-size=\"15\" font-weight=\"bold\"");
        Legend();
        int y = Top;
        foreach (CaseResult result in results)
            y = Bars(result, y);
        Line($"</svg>");
        return _svg.ToString();
    }

    private IEnumerable<Contender> Taking(CaseResult result) => contenders.Where(c => result.Samples.ContainsKey(c));

    private void Legend()
    {
        int step = (Width - 20) / contenders.Count;
        for (int i = 0; i < contenders.Count; i++)
        {
            Rectangle(10 + (i * step), 34, 10, 10, i);
            Text(24 + (i * step), 43, contenders[i].Name);
        }
    }

    private int Bars(CaseResult result, int y)
    {
        double fastest = Taking(result).Select(c => Quickness(result, c)).DefaultIfEmpty(1).Max();
        Text(Left - 8, y + 11, result.Case.Name, "text-anchor=\"end\"");
        for (int i = 0; i < contenders.Count; i++)
        {
            if (result.SpeedOf(contenders[i]) is not { } speed)
                continue;
            double length = Longest * Quickness(result, contenders[i]) / fastest;
            Rectangle(Left, y, Math.Max(1, length), Bar - 2, i);
            Text(Left + length + 5, y + 10, Format.Speed(result.Case, speed.Median), "fill=\"#444444\"");
            y += Bar;
        }
        return y + Gap;
    }

    private static double Quickness(CaseResult result, Contender contender)
    {
        double speed = result.SpeedOf(contender)!.Value.Median;
        return result.Case.IsTimed ? 1 / speed : speed;
    }

    private void Rectangle(double x, double y, double width, double height, int colour) =>
        Line($"""<rect x="{x}" y="{y}" width="{width:0.#}" height="{height}" fill="{Colours[colour]}"/>""");

    private void Text(double x, double y, string text, string attributes = "") =>
        Line($"""<text x="{x:0.#}" y="{y}" {attributes}>{WebUtility.HtmlEncode(text)}</text>""");

    private void Line(FormattableString line) => _svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
