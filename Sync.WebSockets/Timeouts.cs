using System;
using System.Threading;

namespace Sync.WebSockets;

/// <summary>What every time given by a user has to be.</summary>
internal static class Timeouts
{
    private const long Most = int.MaxValue * TimeSpan.TicksPerMillisecond;

    /// <summary>A wait: infinite, or zero and up.</summary>
    public static TimeSpan Check(TimeSpan value, string name)
    {
        if (value == Timeout.InfiniteTimeSpan || value.Ticks is >= 0 and <= Most)
            return value;
        throw new ArgumentOutOfRangeException(
            name, value, FormattableString.Invariant($"{name} must be Timeout.InfiniteTimeSpan or lie between zero and {int.MaxValue} ms."));
    }

    /// <summary>A bound among the options: infinite, or more than nothing.</summary>
    public static TimeSpan CheckPositive(TimeSpan value, string name)
    {
        if (value == TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(name, value, name + " must be positive, or Timeout.InfiniteTimeSpan to switch it off.");
        return Check(value, name);
    }
}
