using System;
using System.IO;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Deflate;

internal sealed class OneWayStreamTests
{
    [Test]
    public void Nothing_can_be_done_with_it_that_was_not_made_possible()
    {
        using Stream stream = new Closed();

        (stream.CanRead, stream.CanWrite, stream.CanSeek).Should().Be((false, false, false));
        stream.Flush();
        Action[] calls =
        [
            () => _ = stream.ReadByte(),
            () => stream.WriteByte(1),
            () => stream.Seek(0, SeekOrigin.Begin),
            () => stream.SetLength(0),
            () => _ = stream.Length,
            () => _ = stream.Position,
            () => stream.Position = 0,
        ];
        foreach (Action call in calls)
            call.Should().Throw<NotSupportedException>();
    }

    private sealed class Closed : OneWayStream;
}
