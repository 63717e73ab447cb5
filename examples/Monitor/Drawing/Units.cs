using System;

namespace FeedMonitor.Drawing;

/// <summary>Figures with their units, three digits or so, the same in every culture.</summary>
internal static class Units
{
    public static string Of(TimeSpan? latency) => latency is { } value ? Milliseconds(value.TotalMilliseconds) : "-";

    public static string Milliseconds(double milliseconds) => milliseconds < 1000
        ? FormattableString.Invariant($"{Digits(milliseconds)} ms")
        : FormattableString.Invariant($"{Digits(milliseconds / 1000)} s");

    public static string Bytes(double bytes) => bytes switch
    {
        < 1e3 => FormattableString.Invariant($"{Digits(bytes)} B"),
        < 1e6 => FormattableString.Invariant($"{Digits(bytes / 1e3)} kB"),
        < 1e9 => FormattableString.Invariant($"{Digits(bytes / 1e6)} MB"),
        _ => FormattableString.Invariant($"{Digits(bytes / 1e9)} GB"),
    };

    public static string Count(double count) => count switch
    {
        < 1e4 => Digits(count),
        < 1e6 => FormattableString.Invariant($"{Digits(count / 1e3)} k"),
        _ => FormattableString.Invariant($"{Digits(count / 1e6)} M"),
    };

    /// <summary>A moment since the start.</summary>
    public static string Clock(TimeSpan elapsed) => elapsed < TimeSpan.FromHours(1)
        ? FormattableString.Invariant($"{(int)elapsed.TotalMinutes}:{elapsed.Seconds:00}")
        : FormattableString.Invariant($"{(int)elapsed.TotalHours}:{elapsed.Minutes:00}:{elapsed.Seconds:00}");

    private static string Digits(double value) => value switch
    {
        < 10 => FormattableString.Invariant($"{value:0.##}"),
        < 100 => FormattableString.Invariant($"{value:0.#}"),
        _ => FormattableString.Invariant($"{value:0}"),
    };
}
