using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Protocol.Handshake;
using Sync.WebSockets.Support;
using static Sync.WebSockets.Protocol.DecoderHarness;

namespace Sync.WebSockets.Protocol.Deflate;

/// <summary>What a server may send once permessage-deflate was agreed on, and what it must not; cut in every way.</summary>
internal sealed class CompressedMessageTests
{
    private const string Hello = "F248CDC9C90700";
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Join(" ", Enumerable.Range(0, 300).Select(i => $"{{\"row\":{i * i}}}")));

    [Test]
    public void Examples_of_the_RFC_are_understood([Values] bool takeover)
    {
        // 7.2.3.1, in one frame and in two.
        Events("C107" + Hello, contextTakeover: takeover).Should().Equal("Text Hello");
        Events("4103 F248CD  8004 C9C90700", contextTakeover: takeover).Should().Equal("Text Hello");
        // 7.2.3.3: a block without compression. 7.2.3.5: two blocks.
        Events("C10B 0005 00FA FF48 656C 6C6F 00", contextTakeover: takeover).Should().Equal("Text Hello");
        Events("C10D F248 0500 0000 FFFF CAC9 C907 00", contextTakeover: takeover).Should().Equal("Text Hello");
    }

    // 7.2.3.2.
    [Test]
    public void Message_may_refer_to_the_one_before() =>
        Events($"C107 {Hello} C105 F200110000", contextTakeover: true).Should().Equal("Text Hello", "Text Hello");

    [Test]
    public void Message_may_not_refer_to_the_one_before_where_that_was_agreed_on() =>
        Events($"C107 {Hello} C105 F200110000", contextTakeover: false).Should().Equal("Text Hello", "Violation 1007");

    // 7.2.3.4.
    [Test]
    [Category("Z4")]
    public void Final_block_ends_a_message_and_the_next_one_is_intact([Values] bool takeover) =>
        Events($"C108 F348CDC9C9070000  C107 {Hello}  C108 F348CDC9C9070000  8101 41  C107 {Hello}", contextTakeover: takeover)
            .Should().Equal("Text Hello", "Text Hello", "Text Hello", "Text A", "Text Hello");

    [Test]
    [Category("Z4")]
    public void Final_block_may_end_a_message_without_the_octet_that_ought_to_follow([Values] bool takeover) =>
        Events($"C107 F348CDC9C90700  C107 {Hello}", contextTakeover: takeover).Should().Equal("Text Hello", "Text Hello");

    [Test]
    [Category("Z4")]
    public void Message_may_go_on_behind_a_final_block_in_the_next_frame([Values] bool takeover) =>
        Events($"4107 F348CDC9C90700  8007 {Hello}  C107 {Hello}", contextTakeover: takeover).Should().Equal("Text HelloHello", "Text Hello");

    [Test]
    [Category("Z4")]
    public void Message_that_goes_on_behind_a_final_block_in_the_same_frame_is_refused_rather_than_cut([Values] bool takeover) =>
        Events($"C10E F348CDC9C90700 {Hello}", contextTakeover: takeover).Should().Equal("Violation 1007");

    [Test]
    [Category("Z5")]
    public void Messages_may_come_uncompressed_and_empty([Values] bool takeover) =>
        Events($"8105 48656C6C6F  C101 00  C107 {Hello}  8200  C200  4200 8000  4200 0001 00 8000  8203 010203", contextTakeover: takeover)
            .Should().Equal("Text Hello", "Text ", "Text Hello", "Binary ", "Binary ", "Binary ", "Binary ", "Binary 010203");

    [Test]
    public void Control_frames_may_stand_between_the_fragments() =>
        Events("4103 F248CD  8901 07  0002 C9C9  8A00  8002 0700", contextTakeover: true).Should().Equal("Ping 07", "Pong", "Text Hello");

    [TestCase("4103 F248CD  C004 C9C90700", "Violation 1002")]
    [TestCase("0101 41  C001 41", "Violation 1002")]
    [TestCase("C900", "Violation 1002")]
    [TestCase("CA00", "Violation 1002")]
    [TestCase("C800", "Violation 1002")]
    [TestCase("E100", "Violation 1002")]
    [TestCase("D100", "Violation 1002")]
    [Category("Z2")]
    public void Reserved_bits_stand_nowhere_else(string hex, string answer) =>
        Events(hex, contextTakeover: true).Should().Equal(answer);

    [Test]
    [Category("Z2")]
    public void Compressed_message_is_refused_where_nothing_was_agreed_on() => Events("C107" + Hello).Should().Equal("Violation 1002");

    [TestCase("C103 06FFFF")]
    [TestCase("C105 F200110000")]
    [TestCase("C106 0005 00FF 4865")]
    [Category("Z3")]
    public void Broken_data_and_what_refers_too_far_back_are_refused(string hex) =>
        Events(hex, contextTakeover: true).Should().Equal("Violation 1007");

    [Test]
    [Category("Z3")]
    public void Message_that_is_cut_off_is_refused_wherever_that_can_be_seen([Values] CompressionLevel level)
    {
        using MessageDeflater deflater = new(new DeflateParameters(true, true, 15, 15), level);
        deflater.Write(Text);
        deflater.End();
        byte[] whole = [.. deflater.Ready];
        int seen = 0;
        for (int length = 1; length < whole.Length; length++)
        {
            byte[] part = whole.AsSpan(0, length).ToArray();
            var feeder = new DecoderFeeder(contextTakeover: true);
            feeder.Add(Wire.Compressed(Opcode.Binary, part));
            if (!IsWhole(part))
                feeder.HasRefused.Should().BeTrue("{0} of {1} octets are no message", length, whole.Length);
            seen += feeder.HasRefused ? 1 : 0;
        }

        seen.Should().BeGreaterThan(whole.Length - 5);
    }

    [TestCase("C103 F248CD", "ends inside a DEFLATE block")]
    [TestCase("C106 0005 00FF 4865", "not valid DEFLATE")]
    [TestCase("C10E F348CDC9C90700 F248CDC9C90700", "behind a final DEFLATE block (BFINAL)")]
    public void Refusal_says_what_came(string hex, string words)
    {
        var feeder = new DecoderFeeder(contextTakeover: true);

        feeder.Add(Wire.Hex(hex));

        feeder.Refusal.Should().Contain(words);
    }

    private static bool IsWhole(byte[] payload)
    {
        try
        {
            new PlainInflate().Message(payload);
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or IndexOutOfRangeException)
        {
            return false;
        }
    }

    [Test]
    [Category("Z1")]
    public void Limit_is_exact_after_inflating([Values] bool takeover)
    {
        byte[] frame = Wire.Compressed(Opcode.Binary, Compress(Text, CompressionLevel.Optimal));

        Events(frame, Text.Length, takeover).Should().Equal(Binary(Text));
        Events(frame, Text.Length - 1, takeover).Should().Equal("Violation 1009");
        Events(frame, 1, takeover).Should().Equal("Violation 1009");
    }

    [Test]
    [Category("Z1")]
    [Category("A4")]
    public void Bomb_is_stopped_one_byte_over_the_limit()
    {
        byte[] bomb = Wire.Compressed(Opcode.Binary, Compress(new byte[64 << 20], CompressionLevel.Optimal));
        var feeder = new DecoderFeeder(100_000, contextTakeover: true);

        feeder.Add(bomb);

        bomb.Length.Should().BeLessThan(70_000);
        feeder.Refusal.Should().Contain("more than 100000 bytes").And.Contain("MaxMessageSize");
        feeder.Decoder.RetainedBytes.Should().BeLessThanOrEqualTo(128 * 1024, "rented arrays are powers of two");
    }

    [Test]
    public void Text_is_checked_as_it_is_inflated()
    {
        byte[] text = [.. Text, 0xC3, 0x28, .. Text];

        Events(Wire.Compressed(Opcode.Text, Compress(text, CompressionLevel.Optimal)), contextTakeover: true).Should().Equal("Violation 1007");
        Events(Wire.Compressed(Opcode.Text, Compress([0xC3], CompressionLevel.Optimal)), contextTakeover: true).Should().Equal("Violation 1007");
        Events(Wire.Compressed(Opcode.Text, Compress([0xC3, 0xA4], CompressionLevel.Optimal)), contextTakeover: true).Should().Equal("Text ä");
    }

    // By the platform, and ended by hand: this has to run where a flush emits nothing as well.
    private static byte[] Compress(byte[] data, CompressionLevel level)
    {
        var output = new MemoryStream();
        using (var deflate = new DeflateStream(output, level, leaveOpen: true))
        {
            deflate.Write(data, 0, data.Length);
            deflate.Flush();
            if (output.Length > 4)
                return output.ToArray().AsSpan(0, (int)output.Length - 4).ToArray();
        }
        return [.. output.ToArray(), 0];
    }
}
