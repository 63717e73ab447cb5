using System;
using System.Collections.Generic;
using System.Linq;

namespace Sync.WebSockets.Faults;

/// <summary>What a soak has done so far. Any thread; guarded by itself.</summary>
internal sealed class SoakTally
{
    private readonly object _sync = new();
    private readonly SortedDictionary<string, int> _faults = [];
    private readonly SortedDictionary<string, int> _causes = [];
    private readonly List<string> _failures = [];
    private int _connections;
    private long _messages;
    private long _bytes;

    public IReadOnlyList<string> Failures
    {
        get
        {
            lock (_sync)
                return [.. _failures];
        }
    }

    public void Add(SoakFault fault, WebSocketCloseCause? cause, long messages, long bytes)
    {
        lock (_sync)
        {
            _connections++;
            _messages += messages;
            _bytes += bytes;
            Count(_faults, fault.ToString());
            Count(_causes, cause?.ToString() ?? "never open");
        }
    }

    public void Fail(SoakLife life, Exception exception)
    {
        lock (_sync)
            _failures.Add(life + ": " + exception);
    }

    public override string ToString()
    {
        lock (_sync)
        {
            return FormattableString.Invariant(
                $"{_connections} connections, {_messages} messages, {_bytes} bytes, {_failures.Count} failures\nfaults: {List(_faults)}\nends: {List(_causes)}");
        }
    }

    private static void Count(SortedDictionary<string, int> counts, string name)
    {
        counts.TryGetValue(name, out int before);
        counts[name] = before + 1;
    }

    private static string List(SortedDictionary<string, int> counts) => string.Join(", ", counts.Select(count => count.Key + " " + count.Value));
}
