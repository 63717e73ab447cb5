using System;
using Microsoft.Extensions.Logging;

namespace Sync.WebSockets.Support;

/// <summary>One log event.</summary>
/// <param name="Level">How grave it is.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Text">The message, the exception, and the values by name: all that a log could show.</param>
internal sealed record LogEntry(LogLevel Level, string Event, string Text)
{
    public bool Shows(string text) => Text.IndexOf(text, StringComparison.Ordinal) >= 0;
}
