using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Fuzzing;

[TestFixture]
internal sealed class HandshakeFuzzTests
{
    private static readonly UpgradeRequest Request = UpgradeRequest.Create(
        new Uri("ws://example.com/"), new byte[16], [], ["chat", "mqtt"], origin: null, userAgent: null, "permessage-deflate, x-foo");

    // RFC 9112, 2 to 5, in one line: a status line, headers, a blank line.
    private static readonly Regex Head = new(
        @"\AHTTP/1\.[01] [1-9][0-9][0-9](?: [\t -~\x80-\xFF]*)?\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xFF]*\r\n)*\r\n",
        RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1));

    [Test]
    public void Answer_to_the_upgrade_is_judged_the_same_however_it_is_cut() => FuzzRun.Of(10_000, random =>
    {
        HeadGrammar grammar = new(random, Request);
        byte[] answer = HeadReading.Octets(grammar.Next());
        if (random.Next(2) == 0)
            answer = FuzzStream.Damage(random, answer, HeadReading.Octets(grammar.Next()));

        PieceWise.Check(answer, random, () =>
        {
            HttpHeadParser parser = new();
            return (parser.Append, () => Judge(parser));
        });
        HttpHeadParser whole = new();
        int used = whole.Append(answer, 0, answer.Length);
        string text = HttpGrammar.Latin1.GetString(answer, 0, used);
        Demand(Head.IsMatch(text) == whole.IsComplete || IsTooLong(text), "what is a head is taken, and nothing else", text);
    });

    [Test]
    public void Chunked_body_is_read_the_same_however_it_is_cut() => FuzzRun.Of(10_000, random =>
    {
        byte[] content = new FrameGrammar(random).Octets(random.Next(random.Next(500) == 0 ? 70_000 : 200));
        byte[] body = Chunked(random, content);
        bool isDamaged = random.Next(2) == 0;
        if (isDamaged)
            body = FuzzStream.Damage(random, body, Chunked(random, content));

        PieceWise.Check(body, random, () =>
        {
            ChunkedBody chunked = new();
            return (chunked.Append, () => Judge(chunked, isDamaged ? null : content));
        });
    });

    [Test]
    public void List_of_extensions_that_was_read_is_read_the_same_again() => FuzzRun.Of(20_000, random =>
    {
        string list = new HeadGrammar(random, Request).Extensions();
        bool isDamaged = random.Next(2) == 0;
        if (isDamaged)
            list = HttpGrammar.Latin1.GetString(FuzzStream.Damage(random, HeadReading.Octets(list), HeadReading.Octets(",;=\"\\ x")));

        bool isList = ExtensionOffer.TryParseList(list, out List<ExtensionOffer> offers);
        Demand(isList || isDamaged, "a right list is taken", list);
        string plain = string.Join(",", offers.Select(Describe));
        Demand(ExtensionOffer.TryParseList(plain, out List<ExtensionOffer> again) == isList && plain == string.Join(",", again.Select(Describe)), "what was read says all", list);
    });

    private static string Describe(ExtensionOffer offer) =>
        offer.Name + string.Concat(offer.Parameters.Select(parameter => ";" + parameter.Key + (parameter.Value is null ? "" : "=" + parameter.Value)));

    private static string Judge(HttpHeadParser parser)
    {
        if (parser.Head is not { } head)
            return parser.Failure ?? "more";
        string? problem = UpgradeResponse.Check(head, Request, out string? subProtocol, out IReadOnlyList<ExtensionOffer> extensions);
        Demand(problem is not null || IsPlainlyRight(head, subProtocol, extensions), "what is accepted is right", head.Headers.ToString());
        BodyFraming body = BodyFraming.Of(head);
        return FormattableString.Invariant($"{problem}, {head.Headers}, {body.Kind} {body.Length}");
    }

    private static bool IsTooLong(string head)
    {
        string[] lines = head.Split('\n');
        return lines.Length > HttpHeadParser.MaxHeaders || lines.Any(line => line.Length > HttpHeadParser.MaxLineLength);
    }

    // RFC 6455, 4.1, said in another way.
    private static bool IsPlainlyRight(HttpHead head, string? subProtocol, IReadOnlyList<ExtensionOffer> extensions)
    {
        ILookup<string, string> values = head.Headers.ToLookup(header => header.Key.ToUpperInvariant(), header => header.Value);
        return head is { StatusCode: 101, HttpVersion: "HTTP/1.1" }
            && head.Headers.All(header => header.Value.IndexOfAny(['\r', '\n', '\0']) < 0)
            && string.Equals(values["UPGRADE"].Single(), "websocket", StringComparison.OrdinalIgnoreCase)
            && values["CONNECTION"].SelectMany(list => list.Split(',', ' ', '\t')).Contains("upgrade", StringComparer.OrdinalIgnoreCase)
            && values["SEC-WEBSOCKET-ACCEPT"].Single() == Request.ExpectedAccept
            && values["SEC-WEBSOCKET-PROTOCOL"].SingleOrDefault() == subProtocol
            && subProtocol is null or "chat" or "mqtt"
            && extensions.All(extension => extension.Name is "permessage-deflate" or "x-foo")
            && extensions.Count <= 2;
    }

    private static string Judge(ChunkedBody body, byte[]? content)
    {
        byte[] read = body.ToArray();
        Demand(read.Length <= ChunkedBody.MaxContent, "it holds no more than it may", "");
        if (content is not null)
            Demand(body.IsComplete && read.SequenceEqual(content.Take(ChunkedBody.MaxContent)), "it reads what was written", "");
        return FormattableString.Invariant($"{body.IsComplete}, {body.Failure}, {Convert.ToBase64String(read)}");
    }

    private static byte[] Chunked(Random random, byte[] content)
    {
        List<byte> body = [];
        for (int at = 0; at < content.Length;)
        {
            int count = Math.Min(content.Length - at, random.Next(1, random.Next(4) == 0 ? 5000 : 40));
            string size = random.Next(2) == 0 ? count.ToString("x", null) : count.ToString("X4", null);
            body.AddRange(Encoding.ASCII.GetBytes(size + (random.Next(4) == 0 ? ";a=\"b\"" : "") + "\r\n"));
            body.AddRange(content.AsSpan(at, count).ToArray());
            body.AddRange("\r\n"u8.ToArray());
            at += count;
        }

        body.AddRange(Encoding.ASCII.GetBytes(random.Next(3) == 0 ? "0\r\nExpires: 0\r\n\r\n" : "0\r\n\r\n"));
        return [.. body];
    }

    private static void Demand(bool holds, string what, string input)
    {
        if (!holds)
            throw new InvalidOperationException($"Not so: {what}: {input}");
    }
}
