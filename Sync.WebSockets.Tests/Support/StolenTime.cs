using System;
using System.Globalization;
using System.IO;
using System.Text;

namespace Sync.WebSockets.Support;

/// <summary>What the host has taken from this virtual machine's processors since it started; nothing where nobody tells.</summary>
internal sealed class StolenTime
{
    // proc(5): cpu user nice system idle iowait irq softirq steal ..., over all processors.
    private const string Source = "/proc/stat";
    private const int Steal = 8;
    private static readonly long Tick = TimeSpan.TicksPerSecond / 100;

    private readonly byte[] _line = new byte[256];
    private readonly FileStream? _file = Open();

    /// <summary>For each processor on average, since a thread is only on one at a time.</summary>
    public TimeSpan Read()
    {
        if (_file is null)
            return TimeSpan.Zero;
        lock (_line)
        {
            _file.Position = 0;
            int count = _file.Read(_line, 0, _line.Length);
            string[] fields = Encoding.ASCII.GetString(_line, 0, count).Split([' '], StringSplitOptions.RemoveEmptyEntries);
            return TimeSpan.FromTicks(long.Parse(fields[Steal], CultureInfo.InvariantCulture) * Tick / Environment.ProcessorCount);
        }
    }

    private static FileStream? Open() =>
        File.Exists(Source) ? new FileStream(Source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1) : null;
}
