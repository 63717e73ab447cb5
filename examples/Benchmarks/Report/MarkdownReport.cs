using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Benchmarks.Running;

namespace Benchmarks.Report;

/// <summary>The tables.</summary>
internal sealed class MarkdownReport(IReadOnlyList<Contender> contenders, IReadOnlyList<CaseResult> results)
{
    private static readonly Contender[] Compared = [Contender.Raw, Contender.Awaited, Contender.Blocking];

    private readonly StringBuilder _text = new();

    public override string ToString()
    {
        _text.Clear();
        Line("# Benchmarks");
        Line();
        Line("Drawn by `dotnet run -c Release --project examples/Benchmarks`: " + Machine.Description + ".");
        Line("Medians over interleaved runs, ± half of the distance between the quartiles. Ratios are medians of the ratios in each round:");
        Line("of times, where less is better, or of rates, where more is. What knows no batches sends one message after the other; the raw socket");
        Line("neither masks, validates nor inflates.");
        foreach (IGrouping<string, CaseResult> group in results.GroupBy(r => r.Case.Group, StringComparer.Ordinal))
        {
            Line();
            Line("## " + group.Key);
            Line();
            Line($"![{group.Key}]({BarChart.FileName(group.Key)})");
            Line();
            SpeedTable(group);
            Line();
            CostTable(group);
        }
        return _text.ToString();
    }

    private void SpeedTable(IEnumerable<CaseResult> group)
    {
        Row(["", .. contenders.Select(c => c.Name), .. Compared.Select(c => "to " + c.Name)]);
        Rule(1 + contenders.Count + Compared.Length);
        foreach (CaseResult result in group)
            Row([result.Case.Name, .. contenders.Select(c => Speed(result, c)), .. Compared.Select(c => Format.Ratio(result.RatioTo(c)))]);
    }

    private void CostTable(IEnumerable<CaseResult> group)
    {
        Line("For each message CPU time and managed memory; and the most memory that the process had:");
        Line();
        Row(["", .. contenders.Select(c => c.Name)]);
        Rule(1 + contenders.Count);
        foreach (CaseResult result in group)
            Row([result.Case.Name, .. contenders.Select(c => Costs(result, c))]);
    }

    private static string Speed(CaseResult result, Contender contender) => result.SpeedOf(contender) is { } speed
        ? $"{Format.Speed(result.Case, speed.Median)} ±{Format.Percent(speed.Spread)}"
        : "";

    private static string Costs(CaseResult result, Contender contender) => result.Samples.TryGetValue(contender, out IReadOnlyList<Sample>? samples)
        ? Format.Costs(Series.Of(samples.Select(s => s.CpuSeconds)), Series.Of(samples.Select(s => s.Allocated)), samples.Max(s => s.PeakMemory))
        : "";

    private void Row(IEnumerable<string> cells) => Line("| " + string.Join(" | ", cells) + " |");

    private void Rule(int columns) => Row(Enumerable.Repeat("---", columns));

    private void Line(string line = "") => _text.Append(line).Append('\n');
}
