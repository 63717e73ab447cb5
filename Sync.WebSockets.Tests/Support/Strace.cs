using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Sync.WebSockets.Support;

/// <summary>The system calls of a program, in the order in which they began.</summary>
internal sealed class Strace
{
    private static readonly Lazy<bool> Possible = new(() => ChildProcess.OutputOf("strace", "-o", "/dev/null", "true") is not null);

    // What a line begins with; a call whose end stands on a line of its own is "resumed" there.
    private static readonly Regex Line = new(@"^(?<thread>\d+) +(?<name>\w+)\((?<arguments>.*)$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private readonly List<SystemCall> _calls;

    private Strace(IEnumerable<string> lines) =>
        _calls = [.. lines.Select(line => Line.Match(line)).Where(match => match.Success)
            .Select(match => new SystemCall(match.Groups["thread"].Value, match.Groups["name"].Value, match.Groups["arguments"].Value))];

    public static bool IsPossible(out string why)
    {
        why = "strace is not installed, or may not trace: apt-get install strace";
        return Possible.Value;
    }

    /// <summary>Runs the program to its end.</summary>
    public static Strace Of(TimeSpan longest, params string[] command)
    {
        Peer.Require(IsPossible);
        using TempFolder folder = new();
        string file = Path.Combine(folder.FullName, "trace");
        using (ChildProcess child = ChildProcess.Start("strace", ["-f", "-o", file, .. command]))
            Wait.Until(() => child.HasExited, "the traced program has ended", longest);
        return new Strace(File.ReadLines(file));
    }

    /// <summary>The thread that made the one call with this among its arguments.</summary>
    public string ThreadOf(string mark) => _calls[IndexOf(mark)].Thread;

    /// <summary>What was called between two such calls, by all threads.</summary>
    public IEnumerable<SystemCall> Between(string mark, string next) => _calls.Take(IndexOf(next)).Skip(IndexOf(mark) + 1);

    private int IndexOf(string mark)
    {
        int index = _calls.FindIndex(call => call.Arguments.Contains("\"" + mark + "\"", StringComparison.Ordinal));
        return index >= 0 ? index : throw new ArgumentException($"There is no call with {mark} among {_calls.Count}.", nameof(mark));
    }
}
