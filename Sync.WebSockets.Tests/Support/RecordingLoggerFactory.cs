using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Extensions.Logging;

namespace Sync.WebSockets.Support;

/// <summary>Keeps what is logged, and does what the test wants done at each entry.</summary>
internal sealed class RecordingLoggerFactory(LogLevel least = LogLevel.Trace, Action<LogEntry>? onEntry = null) : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();

    public IReadOnlyList<LogEntry> Entries => [.. _entries];

    public IEnumerable<LogEntry> Named(string name) => Entries.Where(entry => entry.Event == name);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var values = state as IEnumerable<KeyValuePair<string, object?>>;
        string all = string.Join("\n", [formatter(state, exception), exception?.ToString(), .. values?.Select(value => value.ToString()) ?? []]);
        var entry = new LogEntry(logLevel, eventId.Name ?? "", all);
        _entries.Enqueue(entry);
        onEntry?.Invoke(entry);
    }

    public void Dispose()
    {
    }
}
