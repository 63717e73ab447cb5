using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using static Sync.WebSockets.Protocol.DecoderHarness;

namespace Sync.WebSockets.Protocol.Messages;

internal sealed class MessageDecoderTextTests
{
    [TestCase("8103 41FF42", TestName = "F7 not UTF-8", Category = "F7")]
    [TestCase("8102 C080", TestName = "F7 overlong", Category = "F7")]
    [TestCase("8103 EDA080", TestName = "F7 surrogate", Category = "F7")]
    [TestCase("8104 F4908080", TestName = "F7 above U+10FFFF", Category = "F7")]
    [TestCase("8102 41C3", TestName = "F7 truncated at the end of a frame", Category = "F7")]
    [TestCase("0101 C3  8000", TestName = "F7 truncated at the end of the last fragment", Category = "F7")]
    [TestCase("0101 C3  8001 41", TestName = "F7 broken across fragments", Category = "F7")]
    [TestCase("0101 41  8001 FF", TestName = "F7 in the last fragment", Category = "F7")]
    public void Bad_text_is_refused(string hex) => Events(hex + "8100").Should().Equal("Violation 1007");

    [TestCase("8105 41F490", 5, TestName = "F7 in a frame that is not whole yet", Category = "F7")]
    [TestCase("0105 41F490", 5, TestName = "F7 in a fragment that is not whole yet", Category = "F7")]
    [TestCase("0102 41F4  0005 90", 7, TestName = "F7 in the fragment after", Category = "F7")]
    [TestCase("0101 41  8900  0005 42FF", 9, TestName = "F7 after a ping in between", Category = "F7")]
    public void Bad_text_is_refused_at_the_octet_that_shows_it(string hex, int octets) =>
        BytesUntilRefusal(hex + "41414141").Should().Be(octets);

    [Test]
    [Category("F7")]
    public void F7_large_text_is_refused_before_it_is_whole()
    {
        byte[] payload = Wire.Repeat(100_000, "a"u8.ToArray());
        payload[70_000] = 0xFF;

        Events(Wire.Frame(Opcode.Text, payload)).Should().Equal("Violation 1007");
        BytesUntilRefusal(Wire.Frame(Opcode.Text, payload)).Should().Be(10 + 70_001);
    }

    [Test]
    [Category("F7")]
    public void F7_truncation_shows_in_a_large_text_too()
    {
        byte[] payload = Wire.Repeat(20_000, "a"u8.ToArray());
        payload[19_999] = 0xE2;

        Events(Wire.Frame(Opcode.Text, payload)).Should().Equal("Violation 1007");
    }

    [Test]
    public void Binary_may_hold_anything() =>
        Events("8203 41FF42  0201 C3  8001 41  8201 C3").Should().Equal("Binary 41FF42", "Binary C341", "Binary C3");

    [Test]
    public void Text_after_a_binary_is_judged_again() => Events("0201 C3  8000  8101 C3").Should().Equal("Binary C3", "Violation 1007");

    [Test]
    public void Large_text_of_long_characters_survives_every_cut()
    {
        string text = string.Concat(Enumerable.Repeat("é€😀", 2000));

        Events(Wire.Frame(Opcode.Text, text)).Should().Equal("Text " + text);
    }
}
