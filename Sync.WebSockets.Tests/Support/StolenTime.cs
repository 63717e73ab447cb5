using System;
using System.Buffers.Text;
using System.IO;

namespace Sync.WebSockets.Support;

/// <summary>What the host has taken from this virtual machine's processors since it started; nothing where nobody tells.</summary>
internal sealed class StolenTime
{
    // proc(5), its first line, in hundredths of a second over all processors: cpu user nice system idle iowait irq softirq steal ...
    private const string Source = "/proc/stat";
    private const int Steal = 8;
    private static readonly long Tick = TimeSpan.TicksPerSecond / 100;

    private readonly byte[] _line = new byte[256];
    private readonly FileStream? _file = Open();

    /// <summary>For each processor on average, since a thread is only on one at a time. Allocates nothing: some tests count that.</summary>
    public TimeSpan Read()
    {
        if (_file is null)
            return TimeSpan.Zero;
        lock (_line)
        {
            _file.Position = 0;
            ReadOnlySpan<byte> rest = _line.AsSpan(0, _file.Read(_line, 0, _line.Length)).Slice("cpu".Length);
            long ticks = 0;
            for (int field = 1; field <= Steal; field++)
            {
                while (rest[0] == (byte)' ')
                    rest = rest.Slice(1);
                if (!Utf8Parser.TryParse(rest, out ticks, out int length))
                    throw new InvalidDataException($"{Source} has no number as field {field} of its first line.");
                rest = rest.Slice(length);
            }
            return TimeSpan.FromTicks(ticks * Tick / Environment.ProcessorCount);
        }
    }

    private static FileStream? Open() =>
        File.Exists(Source) ? new FileStream(Source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1) : null;
}
