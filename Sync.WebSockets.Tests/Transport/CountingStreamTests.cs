using System;
using System.IO;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
internal sealed class CountingStreamTests
{
    private readonly ManualTime _time = new();

    [Test]
    public void Bytes_are_counted_both_ways_and_their_times_remembered()
    {
        MonotonicClock clock = new(_time);
        using MemoryStream inner = new(new byte[10]);
        using CountingStream stream = new(inner, clock);
        long made = clock.Now;
        (stream.BytesRead, stream.BytesWritten, stream.LastRead, stream.LastWritten).Should().Be((0, 0, made, made));

        _time.Advance(TimeSpan.FromSeconds(1));
        stream.Read(new byte[7], 1, 3).Should().Be(3);
        long read = clock.Now;
        _time.Advance(TimeSpan.FromSeconds(1));
        stream.Write(new byte[7], 1, 4);

        (stream.BytesRead, stream.BytesWritten, stream.LastRead, stream.LastWritten).Should().Be((3, 4, read, clock.Now));
    }

    [Test]
    public void End_of_the_stream_is_no_sign_of_life()
    {
        MonotonicClock clock = new(_time);
        using CountingStream stream = new(new MemoryStream(), clock);
        long made = clock.Now;
        _time.Advance(TimeSpan.FromSeconds(1));

        stream.Read(new byte[7], 0, 7).Should().Be(0);

        (stream.BytesRead, stream.LastRead).Should().Be((0, made));
    }

#if NET
    [Test]
    public void Spans_are_counted_as_well()
    {
        using CountingStream stream = new(new MemoryStream(new byte[10]), MonotonicClock.System);

        stream.Read(new byte[3].AsSpan()).Should().Be(3);
        stream.Write(new byte[4].AsSpan());

        (stream.BytesRead, stream.BytesWritten).Should().Be((3, 4));
    }
#endif

    [Test]
    public void Write_that_fails_counts_nothing()
    {
        MonotonicClock clock = new(_time);
        using CountingStream stream = new(new MemoryStream(new byte[2]), clock);

        stream.Invoking(s => s.Write(new byte[3], 0, 3)).Should().Throw<NotSupportedException>();

        stream.BytesWritten.Should().Be(0);
    }

    [Test]
    public void Dispose_passes_through()
    {
        MemoryStream inner = new();
        new CountingStream(inner, MonotonicClock.System).Dispose();

        inner.CanRead.Should().BeFalse();
    }
}
