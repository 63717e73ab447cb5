#if NET
using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol;

namespace Sync.WebSockets.Fuzzing;

/// <summary>The same streams into the WebSocket that comes with .NET: it makes the same of them, but for known differences.</summary>
[TestFixture]
internal sealed class PlatformDifferenceTests
{
    // A stream of ours against a stream of theirs, as far as both tell: the messages, and how it ended.
    [Test]
    public void Platform_makes_the_same_of_every_stream_but_for_known_differences()
    {
        Dictionary<string, int> counts = [];
        FuzzRun.OfThrowing(20_000, random =>
        {
            byte[] stream = FuzzStream.Next(random);
            StreamOutcome ours = StreamOutcome.Ours(stream);
            StreamOutcome theirs = StreamOutcome.OfPlatform(stream);
            string difference = Difference(stream, ours, theirs);
            counts[difference] = counts.GetValueOrDefault(difference) + 1;
            if (difference == "?" && counts[difference] < 30) TestContext.Progress.WriteLine($"{ours} / {theirs} {Wire.ToHex(stream.Take(100))}");
        });
        foreach (var c in counts) TestContext.Progress.WriteLine(c.ToString());
    }

    private static string Difference(byte[] stream, StreamOutcome ours, StreamOutcome theirs)
    {
        if (ours.Equals(theirs)) return "";
        if (!ours.Messages.SequenceEqual(theirs.Messages)) return "?";
        return ours.End.Split(' ')[0] + ours.Code + "/" + theirs.End.Split(' ')[0];
    }
}
#endif
