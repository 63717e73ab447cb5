using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using static Sync.WebSockets.Protocol.DecoderHarness;

namespace Sync.WebSockets.Protocol.Messages;

internal sealed class MessageDecoderLimitTests
{
    [TestCase("8204 01020304", 4, "Binary 01020304")]
    [TestCase("0202 0102  0001 03  8001 04", 4, "Binary 01020304")]
    [TestCase("8202 0102  8202 0304", 2, "Binary 0102", "Binary 0304")]
    [TestCase("0202 0102  8000  0202 0304  8000", 2, "Binary 0102", "Binary 0304")]
    [TestCase("0201 01  8904 01020304  8001 02", 2, "Ping 01020304", "Binary 0102")]
    public void Message_may_be_as_large_as_the_limit(string hex, int limit, params string[] expected) =>
        Events(hex, limit).Should().Equal(expected);

    [TestCase("8205", 2, TestName = "F4 message over the limit", Category = "F4")]
    [TestCase("0205", 2, TestName = "F4 first fragment over the limit", Category = "F4")]
    [TestCase("0203 010203  0002", 7, TestName = "F4 second fragment over the limit", Category = "F4")]
    [TestCase("0204 01020304  8900  0000  8001", 12, TestName = "F4 last fragment one byte over", Category = "F4")]
    [TestCase("827F 7FFFFFFF FFFFFFFF", 10, TestName = "F4 largest length there is", Category = "F4")]
    [TestCase("0201 01  007F 7FFFFFFF FFFFFFFF", 13, TestName = "F4 sum would overflow", Category = "F4")]
    public void Too_large_a_message_is_refused_on_the_header_that_shows_it(string hex, int octets)
    {
        BytesUntilRefusal(hex + "01010101", maxMessageSize: 4).Should().Be(octets);
        Events(hex + "01010101", maxMessageSize: 4).Last().Should().Be("Violation 1009");
    }

    [Test]
    [Category("F4")]
    public void F4_refusal_names_the_limit_and_what_came_and_the_remedy()
    {
        Refusal("8205", 4).Should().Be(
            "The server sent a message of 5 bytes, over the limit of 4 bytes for a message; MaxMessageSize raises the limit, and OpenReceiveStream takes longer ones.");
        Refusal("0203 010203  0002", 4).Should().Contain("a fragment of 2 bytes after 3 bytes of the same message");
    }

    [Test]
    [Category("F4")]
    [Category("A2")]
    public void F4_without_a_limit_the_longest_array_is_one()
    {
        Events("827F 00000000 7FFFFFC8").Should().Equal("Violation 1009");
        Events("827F 00000000 7FFFFFC7").Should().BeEmpty();
        Refusal("827F 00000000 7FFFFFC8", long.MaxValue).Should().Contain("one array").And.NotContain("MaxMessageSize");
    }

    [Test]
    [Category("F4")]
    [Category("A2")]
    public void F4_refused_message_has_taken_no_memory()
    {
        var feeder = new DecoderFeeder(maxMessageSize: 1_000_000);

        feeder.Add(Wire.Header(Opcode.Binary, 1_000_001));

        feeder.HasRefused.Should().BeTrue();
        feeder.Decoder.RetainedBytes.Should().Be(0);
    }

    [TestCase(0x7FFFFFC7, true)]
    [TestCase(0x7FFFFFC7, false)]
    [Category("F5")]
    public void F5_memory_follows_what_came_and_not_what_was_announced(long announced, bool fin)
    {
        var feeder = new DecoderFeeder();
        feeder.Add(Wire.Header(Opcode.Binary, announced, fin));
        feeder.Decoder.RetainedBytes.Should().BeLessThanOrEqualTo(64 * 1024);

        byte[] piece = new byte[10_007];
        for (int received = piece.Length; received < 3_000_000; received += piece.Length)
        {
            feeder.Add(piece);
            feeder.Decoder.RetainedBytes.Should().BeLessThanOrEqualTo(2 * received + 64 * 1024);
        }
    }

    [Test]
    [Category("F5")]
    [Category("A5")]
    public void F5_small_fragments_cost_little()
    {
        var feeder = new DecoderFeeder();
        feeder.Add(Wire.Hex("0201 01"));
        feeder.Decoder.RetainedBytes.Should().BeLessThanOrEqualTo(4096);

        for (int received = 2; received < 20_000; received++)
        {
            feeder.Add(Wire.Hex("0001 01"));
            feeder.Decoder.RetainedBytes.Should().BeLessThanOrEqualTo(2 * received + 4096);
        }
    }

    [Test]
    [Category("F5")]
    public void F5_memory_never_grows_past_the_limit_but_for_the_rounding_of_rented_arrays()
    {
        var feeder = new DecoderFeeder(maxMessageSize: 100_000);
        feeder.Add(Wire.Header(Opcode.Binary, 99_999, fin: false));
        feeder.Add(new byte[99_999]);

        feeder.Decoder.RetainedBytes.Should().BeLessThanOrEqualTo(128 * 1024);
    }

    [TestCase("0000", TestName = "F13 empty fragments are counted", Category = "F13")]
    [TestCase("0001 41", TestName = "F13 tiny fragments are counted", Category = "F13")]
    [Category("F13")]
    [Category("A5")]
    [Category("A12")]
    public void F13_fragments_are_bounded_in_number(string fragment)
    {
        var feeder = new DecoderFeeder();
        feeder.Add(Wire.Hex("0100"));
        feeder.Add(Wire.Repeat(MessageAssembler.MaxFragments - 1, Wire.Hex(fragment)));
        feeder.HasRefused.Should().BeFalse("{0} fragments are allowed", MessageAssembler.MaxFragments);

        feeder.Add(Wire.Hex("8900"));
        feeder.HasRefused.Should().BeFalse("a control frame is no fragment");

        feeder.Add(Wire.Hex("8000"));
        feeder.Events.Last().Should().Be("Violation 1008");
        feeder.Refusal.Should().Contain("262144");
    }

    [Test]
    [Category("F13")]
    public void F13_each_message_is_counted_anew()
    {
        var feeder = new DecoderFeeder();
        byte[] message = Wire.Join(Wire.Hex("0100"), Wire.Repeat(MessageAssembler.MaxFragments - 2, Wire.Hex("0000")), Wire.Hex("8000"));

        feeder.Add(message);
        feeder.Add(message);

        feeder.Events.Count(e => e == "Text ").Should().Be(2);
        feeder.HasRefused.Should().BeFalse();
    }

    private static string Refusal(string hex, long limit)
    {
        var feeder = new DecoderFeeder(limit);
        feeder.Add(Wire.Hex(hex));
        return feeder.Refusal!;
    }
}
