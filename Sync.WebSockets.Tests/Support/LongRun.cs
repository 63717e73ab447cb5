using System;

namespace Sync.WebSockets.Support;

/// <summary>
/// Some tests count leaks and rare faults, and find the more the longer they run. Normal runs do a slice of them; by hand they run at
/// their full length where SYNC_WEBSOCKETS_LONG is 1.
/// </summary>
internal static class LongRun
{
    private static readonly bool IsWanted =
        string.Equals(Environment.GetEnvironmentVariable("SYNC_WEBSOCKETS_LONG"), "1", StringComparison.Ordinal);

    public static T Or<T>(T slice, T full) => IsWanted ? full : slice;
}
