using System;
using System.Linq;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Protocol.Messages;

internal sealed class Utf8ValidatorTests
{
    [TestCase("80", 1, TestName = "F7 continuation without a lead", Category = "F7")]
    [TestCase("C0", 1, TestName = "F7 overlong lead C0", Category = "F7")]
    [TestCase("C1", 1, TestName = "F7 overlong lead C1", Category = "F7")]
    [TestCase("C3 41", 2, TestName = "F7 lead followed by ASCII", Category = "F7")]
    [TestCase("C3 C3", 2, TestName = "F7 lead followed by a lead", Category = "F7")]
    [TestCase("E0 9F", 2, TestName = "F7 overlong in three octets", Category = "F7")]
    [TestCase("ED A0", 2, TestName = "F7 first surrogate", Category = "F7")]
    [TestCase("ED BF", 2, TestName = "F7 last surrogate", Category = "F7")]
    [TestCase("E2 82 C0", 3, TestName = "F7 third octet wrong", Category = "F7")]
    [TestCase("F0 8F", 2, TestName = "F7 overlong in four octets", Category = "F7")]
    [TestCase("F4 90", 2, TestName = "F7 above U+10FFFF", Category = "F7")]
    [TestCase("F1 80 80 7F", 4, TestName = "F7 fourth octet wrong", Category = "F7")]
    [TestCase("F5", 1, TestName = "F7 lead F5", Category = "F7")]
    [TestCase("FF", 1, TestName = "F7 FF", Category = "F7")]
    [TestCase("4141414141414141 41 FE", 10, TestName = "F7 after a stretch of ASCII", Category = "F7")]
    public void First_octet_that_cannot_be_is_refused(string hex, int octets)
    {
        byte[] text = Wire.Hex(hex + "80 80 80");

        var validator = new Utf8Validator();
        for (int i = 0; i < octets - 1; i++)
            validator.Append([text[i]]).Should().BeTrue("octet {0} is fine", i);
        validator.Append([text[octets - 1]]).Should().BeFalse();

        for (int length = 0; length <= text.Length; length++)
            Accepts(text.AsSpan(0, length)).Should().Be(length < octets);
    }

    [Test]
    public void Sequences_of_one_and_two_octets_are_judged_as_by_the_encoding()
    {
        for (int first = 0; first < 256; first++)
        {
            Judge([(byte)first]);
            for (int second = 0; second < 256; second++)
                Judge([(byte)first, (byte)second]);
        }
    }

    [Test]
    public void Every_lead_is_judged_as_by_the_encoding_at_the_borders_of_what_may_follow()
    {
        byte[] borders = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF];
        for (int lead = 0x80; lead < 0x100; lead++)
        {
            foreach (byte second in borders)
            {
                foreach (byte third in borders)
                    Judge([(byte)lead, second, third]);
            }
        }
    }

    [Test]
    [Bulky]
    public void Sequences_of_three_octets_are_judged_as_by_the_encoding()
    {
        // Every lead of three or four octets and one that is none, with everything behind it.
        for (int first = 0xDF; first < 0xF6; first++)
        {
            for (int rest = 0; rest < 65536; rest++)
                Judge([(byte)first, (byte)(rest >> 8), (byte)rest]);
        }
    }

    [Test]
    public void Sequences_of_four_octets_are_judged_as_by_the_encoding()
    {
        byte[] samples = [0x00, 0x41, 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xF0, 0xFF];
        for (int first = 0xEF; first < 0xF6; first++)
        {
            for (int second = 0; second < 256; second++)
            {
                foreach (byte third in samples)
                {
                    foreach (byte fourth in samples)
                        Judge([(byte)first, (byte)second, third, fourth]);
                }
            }
        }
    }

    [Test]
    public void Text_may_be_cut_anywhere_in_two_places()
    {
        byte[] text = Encoding.UTF8.GetBytes("0123456789 é€😀 abcdefgh 日本語 \U0010FFFF ");
        for (int first = 0; first <= text.Length; first++)
        {
            for (int second = first; second <= text.Length; second++)
            {
                var validator = new Utf8Validator();
                bool isValid = validator.Append(text.AsSpan(0, first))
                    && validator.Append(text.AsSpan(first, second - first))
                    && validator.Append(text.AsSpan(second));
                (isValid && validator.IsAtBoundary).Should().BeTrue("cut at {0} and {1}", first, second);
            }
        }
    }

    [Test]
    public void One_bad_octet_is_found_wherever_it_is([Values(7, 8, 9, 31, 64, 100)] int length)
    {
        for (int bad = 0; bad < length; bad++)
        {
            byte[] text = Enumerable.Repeat((byte)'a', length).ToArray();
            text[bad] = 0xFF;
            Accepts(text).Should().BeFalse();
            Accepts(text.AsSpan(0, bad)).Should().BeTrue();
        }
    }

    [TestCase("", true)]
    [TestCase("41", true)]
    [TestCase("C3", false)]
    [TestCase("C3A9", true)]
    [TestCase("E282", false)]
    [TestCase("F09F98", false)]
    [TestCase("F09F9880", true)]
    public void Boundary_is_where_no_sequence_is_open(string hex, bool expected)
    {
        var validator = new Utf8Validator();
        validator.Append(Wire.Hex(hex)).Should().BeTrue();
        validator.IsAtBoundary.Should().Be(expected);
    }

    private static bool Accepts(ReadOnlySpan<byte> text)
    {
        var validator = new Utf8Validator();
        return validator.Append(text);
    }

    // No assertion library inside: this runs more than a million times.
    private static void Judge(byte[] text)
    {
        var whole = new Utf8Validator();
        bool isValid = whole.Append(text) && whole.IsAtBoundary;

        var single = new Utf8Validator();
        bool isValidInSingleOctets = text.All(octet => single.Append([octet])) && single.IsAtBoundary;

        bool expected = IsValidForEncoding(text);
        if (isValid != expected || isValidInSingleOctets != expected)
            Assert.Fail(Wire.ToHex(text));
    }

    // Strict decoding throws, which is too slow for a million: text with bad octets does not survive the round trip either.
    private static bool IsValidForEncoding(byte[] text) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text)).SequenceEqual(text);
}
