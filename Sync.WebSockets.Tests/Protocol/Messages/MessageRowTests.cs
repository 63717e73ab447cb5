using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>The short way: which messages take it, and where it ends.</summary>
internal sealed class MessageRowTests
{
    private const string Row = "81 02 6162  82 01 00  82 00";

    [TestCase("", TestName = "Row ends with the buffer")]
    [TestCase("81", TestName = "Row ends before half of a header")]
    [TestCase("82 7E 00", TestName = "Row ends before half of a length")]
    [TestCase("82 02 01", TestName = "Row ends before half of a payload")]
    [TestCase("82 65", TestName = "Row ends before one over the limit")]
    [TestCase("81 01 FF", TestName = "Row ends before a text that is none")]
    [TestCase("89 00", TestName = "Row ends before a ping")]
    [TestCase("02 00", TestName = "Row ends before a fragment")]
    [TestCase("C2 00", TestName = "Row ends before a compressed message")]
    [TestCase("82 80", TestName = "Row ends before a masked frame")]
    [TestCase("82 7E 0001 00", TestName = "Row ends before a length in too many octets")]
    public void Row_ends_before_what_the_long_way_knows(string next)
    {
        byte[] input = Wire.Hex(Row + next);
        int start = 0;

        MessageRow.Take(new MessageDecoder(100, onFrame: null), input, ref start, input.Length)
            .Select(m => (m.Type, m.Payload.Length)).Should().Equal((WebSocketMessageType.Text, 2), (WebSocketMessageType.Binary, 1), (WebSocketMessageType.Binary, 0));

        start.Should().Be(Wire.Hex(Row).Length);
    }

    [TestCase(MessageDecoder.DirectThreshold - 1, 1)]
    [TestCase(MessageDecoder.DirectThreshold, 0)]
    public void Long_messages_go_the_long_way(int length, int taken)
    {
        byte[] input = Wire.Frame(Opcode.Binary, new byte[length]);
        int start = 0;

        MessageRow.Take(new MessageDecoder(long.MaxValue, onFrame: null), input, ref start, input.Length).Should().HaveCount(taken);
    }

    [Test]
    public void No_more_are_taken_than_are_wanted()
    {
        MessageDecoder decoder = new(100, onFrame: null);
        byte[] input = Wire.Hex(Row);
        int start = 0;

        MessageRow.Take(decoder, input, ref start, input.Length, most: 2).Should().HaveCount(2);
        start.Should().Be(7);
        MessageRow.Take(decoder, input, ref start, input.Length, most: 2).Should().HaveCount(1);
    }

    [Test]
    public void None_are_taken_in_a_message_that_is_open() => TakenAfter("02 01 00", onFrame: false).Should().Be(0);

    [Test]
    public void None_are_taken_in_a_payload() => TakenAfter("02 05 00", onFrame: false).Should().Be(0);

    [Test]
    public void None_are_taken_when_headers_are_traced() => TakenAfter("82 01 00", onFrame: true).Should().Be(0);

    [Test]
    public void None_are_taken_once_a_header_was_refused() => TakenAfter("FF FF", onFrame: false).Should().Be(0);

    private static int TakenAfter(string first, bool onFrame)
    {
        MessageDecoder decoder = new(100, onFrame ? _ => { } : null);
        byte[] before = Wire.Hex(first);
        int start = 0;
        decoder.Decode(before, ref start, before.Length);
        byte[] row = Wire.Hex(Row);
        start = 0;
        return MessageRow.Take(decoder, row, ref start, row.Length).Count;
    }
}
