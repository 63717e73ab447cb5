using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Benchmarks.Report;

/// <summary>What it was measured on.</summary>
internal static class Machine
{
    public static string Description => FormattableString.Invariant(
        $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores{Processor}");

    private static string Processor
    {
        get
        {
            const string Path = "/proc/cpuinfo";
            string? line = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
            return line is null ? "" : " of " + line.Split(':', 2)[1].Trim();
        }
    }
}
