using System.Collections.Generic;

namespace Benchmarks.Scale;

/// <summary>What came of many connections in one process. Times in seconds.</summary>
internal sealed record Figures
{
    public double Opening { get; init; }

    /// <summary>Bytes that became resident for a connection, before it was used.</summary>
    public double MemoryOfOne { get; init; }

    /// <summary>How much of that is managed.</summary>
    public double ManagedOfOne { get; init; }

    /// <summary>Of the process while the connections were busy, for each second.</summary>
    public double Cpu { get; init; }

    public long Echoes { get; init; }

    /// <summary>Why connections ended, and how many: the server was there all the time.</summary>
    public IReadOnlyDictionary<string, int> Deaths { get; init; } = new Dictionary<string, int>(System.StringComparer.Ordinal);

    /// <summary>How late the heartbeat's steps ran: median, 99th, 99.9th percentile, most. Empty: not known.</summary>
    public IReadOnlyList<double> Lag { get; init; } = [];

    /// <summary>How long pings took there and back, the same.</summary>
    public IReadOnlyList<double> RoundTrips { get; init; } = [];

    public double Closing { get; init; }
}
