using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class HttpHeadParserTests
{
    private const string Start = "HTTP/1.1 101 Switching Protocols\r\n";

    private static readonly string[] Good =
    [
        Start + "\r\n",
        Start + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        Start + "A:\t spaced \t\r\nB:\r\nC::x\r\na: again\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 404 \r\n\r\n",
        "HTTP/1.1 404\r\n\r\n",
        "HTTP/1.1 999 Gr\u00FC\u00DFe\tda\r\nX: \u0080\u00FF\r\n\r\n",
        Start + "X: y\r\n\r\n\u0081\u0005Hello",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 101 Go\r\n\r\n",
        Start + "Unfinished: y\r\n",
        "HTTP/1.",
    ];

    private static readonly string[] Garbage =
    [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\0\0\u0012\u0004\0\0\0\0\0",
        "\u0015\u0003\u0001\0\u0002\u0002\u0046",
        "\r\n" + Start,
        "http/1.1 101 x\r\n\r\n",
        "HTTP/2.0 101 x\r\n\r\n",
        "HTTP/1.2 101 x\r\n\r\n",
        "HTTP/1.10 101 x\r\n\r\n",
        "HTTP/1.1  101 x\r\n\r\n",
        "HTTP/1.1\t101 x\r\n\r\n",
        "HTTP/1.1 001 x\r\n\r\n",
        "HTTP/1.1 10 x\r\n\r\n",
        "HTTP/1.1 1e1 x\r\n\r\n",
        "HTTP/1.1 1010 x\r\n\r\n",
        "HTTP/1.1 101\n\r\n",
        "HTTP/1.1 +01 x\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "<html>\r\n",
    ];

    private static readonly string[] BadLines =
    [
        "HTTP/1.1 101 a\0b\r\n\r\n",
        "HTTP/1.1 101 a\u007F\r\n\r\n",
        "HTTP/1.1 101 a\rb\r\n\r\n",
        "HTTP/1.1 101 a\n\r\n",
        Start + "A: b\n\r\n",
        Start + "A: b\rc\r\n\r\n",
        Start + "A: b\r\r\n\r\n",
        Start + "\n",
        Start + "\rX",
        Start + "A: b\r\n folded\r\n\r\n",
        Start + "A: b\r\n\tfolded\r\n\r\n",
        Start + " A: b\r\n\r\n",
        Start + "A : b\r\n\r\n",
        Start + "A\t: b\r\n\r\n",
        Start + "A B: c\r\n\r\n",
        Start + ": b\r\n\r\n",
        Start + "no colon\r\n\r\n",
        Start + "nocolon\r\n\r\n",
        Start + "A(: b\r\n\r\n",
        Start + "\u00C4: b\r\n\r\n",
        Start + "A: \0\r\n\r\n",
        Start + "A: \u001B[31m\r\n\r\n",
        Start + "A: \u007F\r\n\r\n",
    ];

    private static IEnumerable<string> Bad => Garbage.Concat(BadLines);

    private static IEnumerable<string> All => Good.Concat(Bad);

    [TestCaseSource(nameof(All))]
    [Category("H7")]
    [Category("H14")]
    public void Every_way_to_cut_an_answer_gives_the_same_result(string answer)
    {
        HeadReading.EveryWay(answer).Distinct(StringComparer.Ordinal).Should().ContainSingle();
    }

    [TestCaseSource(nameof(Bad))]
    [Category("H7")]
    public void A_malformed_answer_fails_with_a_sentence(string answer)
    {
        HttpHeadParser parser = HeadReading.Read(answer);

        parser.Failure.Should().EndWith(".").And.MatchRegex("^[ -~]+$");
        parser.IsComplete.Should().BeFalse();
        parser.Head.Should().BeNull();
    }

    [TestCase("HTTP/1.1 101 a\u0007", "status line holds the control character 0x07.")]
    [TestCase("SSH", "it begins with 'S' (last octet 0x53)")]
    [TestCase(Start + "A: b\r\n: c\r\n", "Header 2 of the answer has no valid name: 0x3A stands in it")]
    [TestCase(Start + "a(b: c\r\n", "Header 1 of the answer has no valid name: 0x28 stands in it")]
    [TestCase(Start + "a\r\n", "Header 1 of the answer has no colon.")]
    [Category("H7")]
    public void Refusal_says_what_stands_where(string answer, string told) => HeadReading.Read(answer).Failure.Should().Contain(told);

    [Test]
    public void Status_and_headers_come_out_trimmed_and_in_order()
    {
        HttpHead head = HeadReading.Head("HTTP/1.1 401 Who are you \r\nA:\t spaced \t\r\nB:\r\nC::x\r\na: \u00FC\r\n\r\n");

        head.HttpVersion.Should().Be("HTTP/1.1");
        head.StatusCode.Should().Be(401);
        head.ReasonPhrase.Should().Be("Who are you ");
        head.Headers.Select(header => header.Key + "=" + header.Value).Should().Equal("A=spaced", "B=", "C=:x", "a=\u00FC");
    }

    [Test]
    [Category("H7")]
    public void HTTP_1_0_is_read_so_that_it_can_be_reported()
    {
        HttpHead head = HeadReading.Head("HTTP/1.0 101\r\n\r\n");

        head.HttpVersion.Should().Be("HTTP/1.0");
        head.IsHttp10.Should().BeTrue();
        head.ReasonPhrase.Should().BeEmpty();
    }

    [Test]
    [Category("H14")]
    public void What_follows_the_blank_line_is_left_alone()
    {
        byte[] octets = HeadReading.Octets("..." + Start + "\r\nframes");
        var parser = new HttpHeadParser();

        parser.Append(octets, 3, octets.Length - 3).Should().Be(Start.Length + 2);
        parser.IsComplete.Should().BeTrue();
        parser.Append(octets, 0, octets.Length).Should().Be(0);
    }

    [Test]
    [Category("H5")]
    public void An_interim_answer_ends_where_the_next_begins()
    {
        byte[] octets = HeadReading.Octets("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 101 Go\r\n\r\n");
        var first = new HttpHeadParser();
        var second = new HttpHeadParser();

        int used = first.Append(octets, 0, octets.Length);
        used += second.Append(octets, used, octets.Length - used);

        first.Head!.StatusCode.Should().Be(103);
        second.Head!.StatusCode.Should().Be(101);
        used.Should().Be(octets.Length);
    }

    [TestCase("S", 1)]
    [TestCase("PRI", 1)]
    [TestCase("\0\0\u0012", 1)]
    [TestCase("HTTP/2", 6)]
    [TestCase("HTTP/1.1 x", 10)]
    [Category("H7")]
    public void Another_protocol_is_found_out_at_its_first_octet_that_differs(string start, int octetsUsed)
    {
        var parser = new HttpHeadParser();
        byte[] octets = HeadReading.Octets(start);

        parser.Append(octets, 0, octets.Length).Should().Be(octetsUsed);

        parser.Failure.Should().Contain("not HTTP/1.1");
        parser.Append(octets, 0, octets.Length).Should().Be(0);
    }

    [Test]
    public void A_broken_cookie_is_not_shown()
    {
        HeadReading.Read(Start + "Set-Cookie: secret\0\r\n\r\n").Failure.Should().NotContain("secret");
        HeadReading.Read(Start + "Set-Cookie secret\r\n\r\n").Failure.Should().NotContain("secret");
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    [Category("H8")]
    public void A_line_has_at_most_8_KiB(int over, bool passes)
    {
        string status = "HTTP/1.1 101 ".PadRight(HttpHeadParser.MaxLineLength + over, 'x');
        string header = "A: ".PadRight(HttpHeadParser.MaxLineLength + over, 'x');

        HttpHeadParser longStatus = HeadReading.Read(status + "\r\n\r\n");
        HttpHeadParser longHeader = HeadReading.Read(Start + header + "\r\n\r\n");

        longStatus.IsComplete.Should().Be(passes);
        longHeader.IsComplete.Should().Be(passes);
        if (!passes)
        {
            longStatus.Failure.Should().Contain("status line is longer than 8 KiB");
            longHeader.Failure.Should().Contain("Header 1 of the answer is longer than 8 KiB");
        }
    }

    [TestCase(128, true)]
    [TestCase(129, false)]
    [Category("H8")]
    [Category("A3")]
    public void There_are_at_most_128_headers(int count, bool passes)
    {
        HttpHeadParser parser = HeadReading.Read(Start + Repeat("A: b\r\n", count) + "\r\n");

        parser.IsComplete.Should().Be(passes);
        if (!passes)
            parser.Failure.Should().Contain("128 headers");
    }

    [Test]
    [Category("H8")]
    public void Header_that_is_one_too_many_is_refused_at_its_first_octet()
    {
        string head = Start + Repeat("A: b\r\n", 128);
        byte[] octets = HttpGrammar.Latin1.GetBytes(head + "A: b\r\n");

        new HttpHeadParser().Append(octets, 0, octets.Length).Should().Be(head.Length + 1);
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    [Category("H8")]
    public void A_head_has_at_most_64_KiB(int over, bool passes)
    {
        string head = Start + Repeat("A: ".PadRight(1022, 'x') + "\r\n", 63);
        int missing = HttpHeadParser.MaxLength + over - head.Length - 4;

        HttpHeadParser parser = HeadReading.Read(head + "B: ".PadRight(missing, 'x') + "\r\n\r\n");

        parser.IsComplete.Should().Be(passes);
        if (!passes)
            parser.Failure.Should().Contain("64 KiB");
    }

    [TestCase("x")]
    [TestCase("A: b\r\n")]
    [Category("H8")]
    public void An_endless_answer_is_given_up(string endless)
    {
        byte[] piece = HeadReading.Octets(Repeat(endless, 100));
        var parser = new HttpHeadParser();
        byte[] start = HeadReading.Octets(Start);
        int used = parser.Append(start, 0, start.Length);

        for (int i = 0; i < 1000 && parser.Failure is null; i++)
            used += parser.Append(piece, 0, piece.Length);

        parser.Failure.Should().NotBeNull();
        used.Should().BeLessThanOrEqualTo(HttpHeadParser.MaxLength + 1);
    }

    [Test]
    [Category("A3")]
    [Bulky]
    public void Work_grows_with_the_answer_and_no_faster()
    {
        static void DripHead(int size)
        {
            byte[] octets = HeadReading.Octets(Start + Repeat("A: ".PadRight(798, 'x') + "\r\n", size / 800) + "\r\n");
            var parser = new HttpHeadParser();
            for (int i = 0; i < octets.Length; i++)
                parser.Append(octets, i, 1);
            parser.IsComplete.Should().BeTrue();
        }

        static void DripLine(int size)
        {
            byte[] octets = HeadReading.Octets(Start + "A: ".PadRight(size, 'x') + "\r\n\r\n");
            var parser = new HttpHeadParser();
            for (int i = 0; i < octets.Length; i++)
                parser.Append(octets, i, 1);
            parser.IsComplete.Should().BeTrue();
        }

        Growth.Of(DripHead, 8000).Should().BeLessThan(Growth.Bound);
        Growth.Of(DripLine, 1024).Should().BeLessThan(Growth.Bound);
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
