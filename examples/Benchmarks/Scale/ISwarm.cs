using System;
using System.Collections.Generic;

namespace Benchmarks.Scale;

/// <summary>Many connections of one client.</summary>
internal interface ISwarm
{
    /// <summary>Opens one more; many threads.</summary>
    void Open(Uri uri);

    /// <summary>Sends a message over each once a second, and receives its echo. Returns the number of echoes.</summary>
    long Echo(TimeSpan duration);

    /// <summary>Why connections ended, and how many.</summary>
    IReadOnlyDictionary<string, int> CountDeaths();

    /// <summary>Closes one in good order; many threads. False: there is none left.</summary>
    bool TryCloseOne();
}
