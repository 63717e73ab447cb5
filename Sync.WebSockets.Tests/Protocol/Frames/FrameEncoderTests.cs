using System;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Frames;

internal sealed class FrameEncoderTests
{
    private const uint Key = 0x44332211;

    [TestCase(0, "8280 11223344")]
    [TestCase(5, "8285 11223344")]
    [TestCase(125, "82FD 11223344")]
    [TestCase(126, "82FE 007E 11223344")]
    [TestCase(65535, "82FE FFFF 11223344")]
    [TestCase(65536, "82FF 0000000000010000 11223344")]
    [TestCase(long.MaxValue, "82FF 7FFFFFFFFFFFFFFF 11223344")]
    public void Length_takes_the_fewest_octets_and_the_mask_key_follows(long payloadLength, string expected)
    {
        byte[] header = Write(Opcode.Binary, fin: true, rsv1: false, payloadLength);

        header.Should().Equal(Wire.Hex(expected));
        FrameEncoder.HeaderLength(payloadLength).Should().Be(header.Length);
    }

    [TestCase(Opcode.Text, true, false, "81")]
    [TestCase(Opcode.Text, false, false, "01")]
    [TestCase(Opcode.Text, true, true, "C1")]
    [TestCase(Opcode.Binary, false, true, "42")]
    [TestCase(Opcode.Continuation, false, false, "00")]
    [TestCase(Opcode.Close, true, false, "88")]
    [TestCase(Opcode.Ping, true, false, "89")]
    [TestCase(Opcode.Pong, true, false, "8A")]
    public void First_octet_holds_the_flags_and_the_opcode(Opcode opcode, bool fin, bool rsv1, string expected) =>
        Write(opcode, fin, rsv1, 0)[0].Should().Be(Wire.Hex(expected)[0]);

    [Test]
    public void Used_memory_is_overwritten_and_no_more_of_it_than_the_header()
    {
        byte[] memory = Wire.Repeat(16, [0xEE]);

        FrameEncoder.WriteHeader(memory, Opcode.Text, fin: false, rsv1: false, 1, Key).Should().Be(6);

        memory.Should().Equal(Wire.Join(Wire.Hex("0181 11223344"), Wire.Repeat(10, [0xEE])));
    }

    [TestCase(0)]
    [TestCase(125)]
    [TestCase(126)]
    [TestCase(65535)]
    [TestCase(65536)]
    [TestCase(1L << 40)]
    public void What_is_written_reads_back_once_the_mask_bit_is_taken_off(long payloadLength)
    {
        byte[] header = Write(Opcode.Text, fin: true, rsv1: false, payloadLength);
        header[1] &= 0x7F;

        FrameDecoder.Decode(header, allowsRsv1: false, out FrameHeader read, out _).Should().Be(HeaderStatus.Done);

        read.ToString().Should().Be(new FrameHeader(fin: true, rsv: 0, Opcode.Text, payloadLength).ToString());
        read.HeaderLength.Should().Be(header.Length - 4);
    }

    [Test]
    public void Example_of_the_RFC_comes_out_as_printed()
    {
        // 5.7: a single-frame masked text message, "Hello".
        byte[] frame = new byte[11];
        int length = FrameEncoder.WriteHeader(frame, Opcode.Text, fin: true, rsv1: false, 5, 0x3D21FA37);
        Mask.Copy("Hello"u8, frame.AsSpan(length), 0x3D21FA37, 0);

        frame.Should().Equal(Wire.Hex("81 85 37 fa 21 3d 7f 9f 4d 51 58"));
    }

    private static byte[] Write(Opcode opcode, bool fin, bool rsv1, long payloadLength)
    {
        byte[] memory = new byte[FrameDecoder.MaxHeaderLength];
        int length = FrameEncoder.WriteHeader(memory, opcode, fin, rsv1, payloadLength, Key);
        return memory.AsSpan(0, length).ToArray();
    }
}
