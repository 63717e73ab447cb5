using System;
using System.Collections.Generic;
using System.Linq;

namespace Sync.WebSockets.Support;

/// <summary>A request head as the client sent it.</summary>
internal sealed class ServerRequest
{
    public ServerRequest(string text)
    {
        Text = text;
        string[] lines = text.Split(["\r\n"], StringSplitOptions.RemoveEmptyEntries);
        RequestLine = lines[0];
        Headers = [.. lines.Skip(1).Select(ParseHeader)];
    }

    /// <summary>The head, with the blank line that ends it.</summary>
    public string Text { get; }

    public string RequestLine { get; }

    public string Target => RequestLine.Split(' ')[1];

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>All values under that name, joined by ", "; null when there is none.</summary>
    public string? this[string name]
    {
        get
        {
            string[] values = [.. Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)];
            return values.Length == 0 ? null : string.Join(", ", values);
        }
    }

    private static KeyValuePair<string, string> ParseHeader(string line)
    {
        string[] parts = line.Split([':'], 2);
        if (parts.Length < 2)
            throw new FormatException("A header line without a colon: " + line);
        return new KeyValuePair<string, string>(parts[0], parts[1].Trim());
    }
}
