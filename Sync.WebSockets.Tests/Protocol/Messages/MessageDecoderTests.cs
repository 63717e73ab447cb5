using System;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using static FluentAssertions.FluentActions;
using static Sync.WebSockets.Protocol.DecoderHarness;

namespace Sync.WebSockets.Protocol.Messages;

internal sealed class MessageDecoderTests
{
    [Test]
    public void Examples_of_the_RFC_are_understood()
    {
        // 5.7, those that a server may send.
        Events("81 05 48 65 6c 6c 6f").Should().Equal("Text Hello");
        Events("01 03 48 65 6c  80 02 6c 6f").Should().Equal("Text Hello");
        Events("89 05 48 65 6c 6c 6f").Should().Equal("Ping 48656C6C6F");
    }

    [Test]
    public void What_was_refused_stays_refused()
    {
        MessageDecoder decoder = new(100, onFrame: null);
        int start = 0;
        decoder.Decode([0xF1, 0], ref start, 2).Should().Be(DecodeResult.Violation);
        Violation violation = decoder.Violation!;
        start = 0;

        decoder.Decode([0x81, 0], ref start, 2).Should().Be(DecodeResult.Violation);

        decoder.Violation.Should().BeSameAs(violation);
        start.Should().Be(0);
    }

    [Test]
    public void Nothing_in_nothing_out() => Events("").Should().BeEmpty();

    [Test]
    public void Frames_come_out_in_order() =>
        Events("8102 4142  8200  8A00  8203 010203  8100  8902 FFFE  8802 03E8").Should().Equal(
            "Text AB", "Binary ", "Pong", "Binary 010203", "Text ", "Ping FFFE", "Close 1000");

    [Test]
    public void Message_is_put_together_from_fragments() =>
        Events("0101 41  0001 42  0000  8001 43  8201 FF").Should().Equal("Text ABC", "Binary FF");

    [Test]
    public void Control_frames_between_fragments_come_out_as_they_come() =>
        Events("0101 41  8901 07  0001 42  8A00  8001 43").Should().Equal("Ping 07", "Pong", "Text ABC");

    [Test]
    public void Message_of_empty_fragments_is_empty() => Events("0100 0000 8000  0200 8000").Should().Equal("Text ", "Binary ");

    [Test]
    public void Character_may_be_split_across_fragments() =>
        Events("0102 41F0  8900  0001 9F  8002 9880").Should().Equal("Ping", "Text A😀");

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(125)]
    [TestCase(126)]
    [TestCase(127)]
    [TestCase(16383)]
    [TestCase(16384)]
    [TestCase(16385)]
    [TestCase(65535)]
    [TestCase(65536)]
    [TestCase(65537)]
    public void Payload_of_any_length_arrives_whole(int length)
    {
        byte[] payload = Wire.Pattern(length);

        Events(Wire.Join(Wire.Frame(Opcode.Binary, payload), Wire.Frame(Opcode.Ping, "x")))
            .Should().Equal(Binary(payload), "Ping 78");
        byte[] first = Wire.Frame(Opcode.Binary, payload, fin: false);
        Events(Wire.Join(first, Wire.Frame(Opcode.Ping, "x"), Wire.Frame(Opcode.Continuation, [9])))
            .Should().Equal("Ping 78", Binary(Wire.Join(payload, [9])));
    }

    [TestCase("8801 00", "Close frame with 1 byte of payload")]
    [TestCase("8803 03E8 FF", "Close frame with a reason that is not valid UTF-8")]
    [TestCase("8101 FF", "text message that is not valid UTF-8")]
    [TestCase("8101 C3", "text message that ends inside a UTF-8 sequence")]
    public void Refusal_says_what_came(string hex, string words)
    {
        var feeder = new DecoderFeeder();

        feeder.Add(Wire.Hex(hex));

        feeder.Refusal.Should().Contain(words);
    }

    [Test]
    public void Control_payload_of_125_bytes_is_taken()
    {
        byte[] payload = Wire.Pattern(125);

        Events(Wire.Frame(Opcode.Ping, payload)).Should().Equal("Ping " + Wire.ToHex(payload));
    }

    [Test]
    public void Header_is_traced_once_however_the_stream_is_cut() =>
        Traces(Wire.Hex("0101 41  8901 07  8001 42  8200")).Should().Equal(
            "[Text 1 bytes]",
            "[Ping fin 1 bytes]", "Ping 07",
            "[Continuation fin 1 bytes]", "Text AB",
            "[Binary fin 0 bytes]", "Binary ");

    [TestCase("8100  8180 00000000", TestName = "F1 masked frame after a good one", Category = "F1")]
    [TestCase("8100  C100", TestName = "F1 reserved bit after a good frame", Category = "F1")]
    [TestCase("8100  0900", TestName = "F2 fragmented ping after a good frame", Category = "F2")]
    [TestCase("8100  827E 0001", TestName = "F3 long length after a good frame", Category = "F3")]
    public void Bad_header_ends_the_decoding(string hex) => Events(hex + "8100").Should().Equal("Text ", "Violation 1002");

    [Test]
    [Category("F6")]
    public void F6_stray_continuation_is_refused_on_its_header()
    {
        BytesUntilRefusal("8005 4142").Should().Be(2);
        Events("8101 41  8001 42").Should().Equal("Text A", "Violation 1002");
        Refusal("0000").Should().Contain("continuation").And.Contain("5.4");
    }

    [TestCase("0101 41  8101 42")]
    [TestCase("0101 41  0201 42")]
    [TestCase("0200  8900  8201 42")]
    [Category("F6")]
    public void F6_data_frame_inside_a_fragmented_message_is_refused_on_its_header(string hex)
    {
        BytesUntilRefusal(hex).Should().Be(Wire.Hex(hex).Length - 1);
        Events(hex).Last().Should().Be("Violation 1002");
        Refusal(hex).Should().Contain("inside a fragmented").And.Contain("5.4");
    }

    [Test]
    [Category("F8")]
    public void F8_bad_close_code_is_refused() => Events("8802 03ED").Should().Equal("Violation 1002");

    [Test]
    [Category("F8")]
    public void F8_close_with_one_byte_is_refused() => Events("8801 03").Should().Equal("Violation 1002");

    [Test]
    [Category("F9")]
    public void F9_bad_UTF8_in_a_close_reason_is_refused() => Events("8803 03E8 FF").Should().Equal("Violation 1007");

    [TestCase("8800", "Close")]
    [TestCase("8802 0FA0", "Close 4000")]
    [TestCase("8805 03E8 627965", "Close 1000 bye")]
    public void Close_is_read(string hex, string expected) => Events(hex).Should().Equal(expected);

    [Test]
    [Category("F10")]
    public void F10_close_inside_a_fragmented_message_comes_out_at_once() =>
        Events("0101 41  8802 03E8  8001 42").Should().Equal("Close 1000");

    [Test]
    [Category("A1")]
    public void Garbage_never_throws_and_never_stalls()
    {
        // Seeded: a failure can be repeated. Mostly plausible octets, so that many frames get past their header.
        var random = new Random(6455);
        byte[] plausible = [0x01, 0x02, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8A, 0x00, 0x03, 0x7E, 0xC3];
        for (int round = 0; round < 300; round++)
        {
            byte[] input = Enumerable.Range(0, 60).Select(_ => NextOctet()).ToArray();
            Invoking(() => Events(input, maxMessageSize: 40)).Should().NotThrow(Wire.ToHex(input));
        }

        byte NextOctet() => random.Next(4) == 0 ? (byte)random.Next(256) : plausible[random.Next(plausible.Length)];
    }

    private static string Refusal(string hex)
    {
        var feeder = new DecoderFeeder();
        feeder.Add(Wire.Hex(hex));
        return feeder.Refusal!;
    }
}
