using System;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Frames;

internal sealed class FrameDecoderTests
{
    [TestCase("8105", "Text fin 5 bytes", 2)]
    [TestCase("0105", "Text 5 bytes", 2)]
    [TestCase("0000", "Continuation 0 bytes", 2)]
    [TestCase("827D", "Binary fin 125 bytes", 2)]
    [TestCase("827E 007E", "Binary fin 126 bytes", 4)]
    [TestCase("827E 007F", "Binary fin 127 bytes", 4)]
    [TestCase("827E 0100", "Binary fin 256 bytes", 4)]
    [TestCase("827E FFFF", "Binary fin 65535 bytes", 4)]
    [TestCase("827F 00000000 00010000", "Binary fin 65536 bytes", 10)]
    [TestCase("827F 00000001 00000000", "Binary fin 4294967296 bytes", 10)]
    [TestCase("827F 7FFFFFFF FFFFFFFF", "Binary fin 9223372036854775807 bytes", 10)]
    [TestCase("887D", "Close fin 125 bytes", 2)]
    [TestCase("8900", "Ping fin 0 bytes", 2)]
    [TestCase("8A01", "Pong fin 1 bytes", 2)]
    public void Header_is_read_once_it_is_whole(string hex, string expected, int length)
    {
        byte[] input = Wire.Hex(hex + " FFFFFFFF");

        for (int i = 0; i < length; i++)
        {
            FrameDecoder.Decode(input.AsSpan(0, i), allowsRsv1: false, out _, out Violation? early).Should().Be(HeaderStatus.NeedMore);
            early.Should().BeNull();
            FrameDecoder.BytesWanted(input.AsSpan(0, i)).Should().Be(i < 2 ? 2 : length);
        }

        for (int i = length; i <= input.Length; i++)
        {
            FrameDecoder.Decode(input.AsSpan(0, i), allowsRsv1: false, out FrameHeader header, out _).Should().Be(HeaderStatus.Done);
            header.ToString().Should().Be(expected);
            header.HeaderLength.Should().Be(length);
        }
    }

    [TestCase("91", 1, "*reserved bits*0x91*5.2*", TestName = "F1 RSV3", Category = "F1")]
    [TestCase("A1", 1, "*reserved bits*0xA1*5.2*", TestName = "F1 RSV2", Category = "F1")]
    [TestCase("C1", 1, "*reserved bits*0xC1*5.2*", TestName = "F1 RSV1 without deflate", Category = "F1")]
    [TestCase("C0", 1, "*reserved bits*", TestName = "F1 RSV1 on a continuation", Category = "F1")]
    [TestCase("83", 1, "*reserved opcode 3*", TestName = "F1 reserved data opcode 3", Category = "F1")]
    [TestCase("07", 1, "*reserved opcode 7*", TestName = "F1 reserved data opcode 7", Category = "F1")]
    [TestCase("8B", 1, "*reserved opcode 11*", TestName = "F1 reserved control opcode 11", Category = "F1")]
    [TestCase("8F", 1, "*reserved opcode 15*", TestName = "F1 reserved control opcode 15", Category = "F1")]
    [TestCase("8180", 2, "*masked*5.1*", TestName = "F1 masked and empty", Category = "F1")]
    [TestCase("81FF", 2, "*masked*5.1*", TestName = "F1 masked and long", Category = "F1")]
    [TestCase("8980", 2, "*masked*5.1*", TestName = "F1 masked ping", Category = "F1")]
    [TestCase("08", 1, "*fragmented Close*5.5*", TestName = "F2 fragmented close", Category = "F2")]
    [TestCase("09", 1, "*fragmented Ping*", TestName = "F2 fragmented ping", Category = "F2")]
    [TestCase("0A", 1, "*fragmented Pong*", TestName = "F2 fragmented pong", Category = "F2")]
    [TestCase("887E", 2, "*Close*more than 125*", TestName = "F2 close over 125 bytes", Category = "F2")]
    [TestCase("897F", 2, "*Ping*more than 125*", TestName = "F2 ping over 125 bytes", Category = "F2")]
    [TestCase("827E 007D", 4, "*125 in 16 bits*minimal*", TestName = "F3 125 in 16 bits", Category = "F3")]
    [TestCase("827E 0000", 4, "*0 in 16 bits*minimal*", TestName = "F3 0 in 16 bits", Category = "F3")]
    [TestCase("827F 00000000 0000", 8, "*below 65536 in 64 bits*minimal*", TestName = "F3 65535 or less in 64 bits", Category = "F3")]
    [TestCase("827F 80", 3, "*highest bit*zero*", TestName = "F3 highest bit of the 64", Category = "F3")]
    public void Bad_header_is_refused_at_the_octet_that_shows_it(string hex, int octets, string message)
    {
        byte[] input = Wire.Hex(hex + " FFFFFFFF FFFFFFFF");

        for (int i = 0; i < octets; i++)
            FrameDecoder.Decode(input.AsSpan(0, i), allowsRsv1: false, out _, out _).Should().Be(HeaderStatus.NeedMore);

        for (int i = octets; i <= input.Length; i++)
        {
            FrameDecoder.Decode(input.AsSpan(0, i), allowsRsv1: false, out _, out Violation? violation).Should().Be(HeaderStatus.Violation);
            violation!.CloseStatus.Should().Be(WebSocketCloseStatus.ProtocolError);
            violation.Message.Should().Match(message);
        }
    }

    [Test]
    public void Exactly_the_six_defined_opcodes_are_taken([Range(0, 15)] int opcode)
    {
        HeaderStatus status = FrameDecoder.Decode([(byte)(0x80 | opcode), 0], allowsRsv1: false, out FrameHeader header, out _);

        status.Should().Be(Enum.IsDefined(typeof(Opcode), (byte)opcode) ? HeaderStatus.Done : HeaderStatus.Violation);
        if (status == HeaderStatus.Done)
            header.Opcode.Should().Be((Opcode)opcode);
    }

    [Test]
    public void Short_way_takes_just_those_headers_that_are_in_order_and_those_of_small_messages(
        [Values("", "00", "FF", "0000", "007D", "007E", "00FF", "3FFF", "4000", "FFFF", "0000 00000000 0080", "0000 00000001 0000", "FFFF FFFFFFFF FFFF")] string length,
        [Values("", "00", "8100")] string behind)
    {
        byte[] input = [0, 0, .. Wire.Hex(length + behind)];
        for (int octets = 0; octets <= ushort.MaxValue; octets++)
        {
            input[0] = (byte)(octets >> 8);
            input[1] = (byte)octets;

            bool taken = FrameDecoder.TryReadSmall(input, out bool isText, out int headerLength, out int payloadLength);

            HeaderStatus status = FrameDecoder.Decode(input, allowsRsv1: false, out FrameHeader header, out _);
            bool isSmall = status == HeaderStatus.Done && header is { Fin: true, Opcode: Opcode.Text or Opcode.Binary, PayloadLength: <= ushort.MaxValue };
            if (taken != isSmall || (taken && (isText, headerLength, payloadLength) != (header.Opcode == Opcode.Text, header.HeaderLength, header.PayloadLength)))
                Assert.Fail(Wire.ToHex(input) + ": " + (taken, isText, headerLength, payloadLength) + ", but " + status + " " + header);
        }
    }

    [Test]
    public void Trace_names_what_is_unusual() =>
        new FrameHeader(fin: false, rsv: 4, Opcode.Binary, 200).ToString().Should().Be("Binary rsv 4 200 bytes");
}
