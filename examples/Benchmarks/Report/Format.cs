using System;
using System.Globalization;
using Benchmarks.Cases;
using Benchmarks.Running;

namespace Benchmarks.Report;

/// <summary>Figures as people read them: three digits and a unit.</summary>
internal static class Format
{
    // From here on bytes say more than messages.
    private const int LargeMessage = 64 * 1024;

    public static string Speed(Case what, double speed) => what.IsTimed ? Time(speed)
        : what.Size >= LargeMessage ? Scaled(speed * what.Size, "B/s")
        : Scaled(speed, "/s");

    public static string Time(double seconds) => seconds >= 1 ? Digits(seconds) + " s"
        : seconds >= 1e-3 ? Digits(seconds * 1e3) + " ms"
        : seconds >= 1e-6 ? Digits(seconds * 1e6) + " µs"
        : Digits(seconds * 1e9) + " ns";

    public static string Bytes(double bytes) => bytes >= 1024 * 1024 ? Digits(bytes / (1024 * 1024)) + " MiB"
        : bytes >= 10 * 1024 ? Digits(bytes / 1024) + " KiB"
        : Digits(bytes) + " B";

    public static string Percent(double part) => (100 * part).ToString("0", CultureInfo.InvariantCulture) + " %";

    public static string Ratio(double? ratio) => ratio is { } value ? Digits(value) + " x" : "";

    /// <summary>CPU time and allocated memory of a message, and the most memory of the process.</summary>
    public static string Costs(Series cpu, Series allocated, double peakMemory) =>
        $"{Time(cpu.Median)}, {(allocated.Median < 0 ? "" : Bytes(allocated.Median) + ", ")}{Bytes(peakMemory)}";

    private static string Scaled(double value, string unit) => value >= 1e9 ? Digits(value / 1e9) + " G" + unit
        : value >= 1e6 ? Digits(value / 1e6) + " M" + unit
        : value >= 1e3 ? Digits(value / 1e3) + " k" + unit
        : Digits(value) + " " + unit;

    private static string Digits(double value) => value.ToString(
        Math.Abs(value) >= 99.95 ? "0" : Math.Abs(value) >= 9.995 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
