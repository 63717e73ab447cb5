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
    // What is different there, and how such a stream is known: by what we make of it, and what it does.
    private static readonly Dictionary<string, Func<StreamOutcome, StreamOutcome, bool>> Known = new()
    {
        // 7.1.5 calls it 1005, and so do we.
        ["A Close frame without a code reads as 1000"] = (ours, theirs) => ours.End == "1005 " && theirs.End == "1000 " && IsSoFar(ours, theirs),
        // 5.2 demands the minimal number. For a control frame, 5.5 leaves no more than 7 bits.
        ["A length may have more octets than it needs"] =
            (ours, theirs) => (Says(ours, "demands the minimal number") || Says(ours, "the most for control frames")) && GoesOn(ours, theirs),
        // 5.6, 8.1: text is valid as a whole. An empty last frame makes it forget that.
        ["A text that an empty frame ends may end inside a character"] = (ours, theirs) => Says(ours, "ends inside") && GoesOn(ours, theirs),
        // It hands messages out in parts, so there is no limit to them.
        ["A message may be longer than an array"] = (ours, theirs) => Says(ours, "one array") && Waits(ours, theirs),
        // 8.1: we refuse with the octet that shows it.
        ["A text is judged once its frame is whole, or the buffer is full"] = (ours, theirs) => Says(ours, "not valid UTF-8") && Waits(ours, theirs),
        // 5.2 to 5.5: so do we with a header.
        ["A header is judged once it is whole"] = (ours, theirs) => Says(ours, "") && Waits(ours, theirs),
        // 5.5.1: we wait for the octet.
        ["A Close frame of one octet is refused before that octet"] = (ours, theirs) => ours.End == "open" && theirs.End == "refused" && IsSoFar(ours, theirs),
    };

    [Test]
    public void Platform_makes_the_same_of_every_stream_but_for_known_differences()
    {
        HashSet<string> seen = [];
        FuzzRun.OfThrowing(10_000, random =>
        {
            byte[] stream = FuzzStream.Next(random);
            StreamOutcome ours = StreamOutcome.Ours(stream);
            StreamOutcome theirs = StreamOutcome.OfPlatform(stream);
            if (ours.Equals(theirs))
                return;
            string? kind = Known.FirstOrDefault(known => known.Value(ours, theirs)).Key;
            seen.Add(kind ?? throw new InvalidOperationException($"We say {ours}; it says {theirs}; of {Wire.ToHex(stream)}"));
        });

        seen.Should().BeEquivalentTo(Known.Keys, "a difference that is gone need not be known");
    }

    private static bool Says(StreamOutcome ours, string text) => ours.Refusal?.Message.Contains(text, StringComparison.Ordinal) == true;

    private static bool IsSoFar(StreamOutcome ours, StreamOutcome theirs) => theirs.Messages.SequenceEqual(ours.Messages);

    private static bool Waits(StreamOutcome ours, StreamOutcome theirs) => theirs.End == "open" && IsSoFar(ours, theirs);

    private static bool GoesOn(StreamOutcome ours, StreamOutcome theirs) => theirs.Messages.Take(ours.Messages.Count).SequenceEqual(ours.Messages);
}
#endif
