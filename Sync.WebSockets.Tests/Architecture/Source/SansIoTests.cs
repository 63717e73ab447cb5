using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Architecture.Source;

/// <summary>Protocol/ takes bytes, times and random bytes as arguments and gives values back; so its tests need no network and no clock.</summary>
public sealed class SansIoTests
{
    private const string Protocol = "Sync.WebSockets/Protocol";

    private static readonly HashSet<string> Forbidden = new(StringComparer.Ordinal)
    {
        "Socket", "Sockets", "NetworkStream", "SslStream",
        "Thread", "Threading", "Timer", "Task", "lock", "async", "await",
        "DateTime", "DateTimeOffset", "Stopwatch", "TimeProvider",
        "Random", "RandomNumberGenerator",
    };

    // What inflating and deflating need, all of it in memory.
    private static readonly HashSet<string> StreamsInMemory = new(StringComparer.Ordinal) { "Stream", "MemoryStream", "DeflateStream" };

    [Test]
    public void Protocol_names_no_network_no_thread_no_clock_and_no_chance() =>
        Words().Where(w => Forbidden.Contains(w.Text)).Select(w => w.ToString()).Should().BeEmpty();

    [Test]
    public void Protocol_names_only_streams_that_live_in_memory()
    {
        HashSet<string> own = [.. SourceFile.Under(Protocol).SelectMany(f => f.Types)];

        Words().Where(w => w.Text.EndsWith("Stream", StringComparison.Ordinal))
            .Where(w => !StreamsInMemory.Contains(w.Text) && !own.Contains(w.Text))
            .Select(w => w.ToString())
            .Should().BeEmpty();
    }

    private static IEnumerable<SourceWord> Words() => SourceFile.Under(Protocol).SelectMany(f => f.Words);
}
