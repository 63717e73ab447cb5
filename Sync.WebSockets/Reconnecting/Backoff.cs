using System;

namespace Sync.WebSockets.Reconnecting;

// Full jitter: anywhere between nothing and a ceiling that grows with every failure. Clients that lost the same server at the same moment
// come back spread evenly over the ceiling instead of all at once, which a delay that is merely shaken a little does not achieve.

/// <summary>How long to wait before the next attempt. One thread.</summary>
/// <param name="initial">The first ceiling.</param>
/// <param name="factor">What the ceiling grows by with each failure.</param>
/// <param name="longest">The last ceiling.</param>
internal sealed class Backoff(TimeSpan initial, double factor, TimeSpan longest)
{
    // Where the first ceiling is zero: at once, but not again and again.
    private const long Floor = 100 * TimeSpan.TicksPerMillisecond;

    private readonly double _first = Math.Min(initial.Ticks, longest.Ticks);
    private double _ceiling = Math.Min(initial.Ticks, longest.Ticks);

    /// <summary>The next delay.</summary>
    /// <param name="random">From 0 up to 1.</param>
    /// <param name="atLeast">What the server asks for; it is waited out first, and the jitter comes on top.</param>
    public TimeSpan Next(double random, TimeSpan atLeast)
    {
        double ceiling = _ceiling;
        _ceiling = Math.Min(longest.Ticks, ceiling > 0 ? ceiling * factor : Floor);
        return atLeast + TimeSpan.FromTicks((long)(ceiling * random));
    }

    /// <summary>The last connection held: begins anew.</summary>
    public void Reset() => _ceiling = _first;
}
