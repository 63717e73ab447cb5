using System;
using System.Linq;
using System.Text;
using NUnit.Framework;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Fuzzing;

[TestFixture]
internal sealed class UriFuzzTests
{
    private static readonly string[] Parts =
    [
        "ws", "wss", "http", "WS", "://", ":", "//", "/", "\\", "?", "#", "@", "[", "]", "::1", "fe80::1%25eth0", "127.0.0.1", "example.com", "münchen.de",
        "\u2100", "\u212A", "xn--", "a_b", ".", "..", "%0d%0a", "\r\n", "\t", " ", "\0", "80", "443", "0", "65536", "-1", "user:pw", "%", "%zz", "ä", "🙂", "\uD800",
        "x", "y", ";", "=", "&",
    ];

    // Uri and its IDN mapping throw and catch inside.
    [Test]
    public void Uri_is_refused_as_an_argument_or_makes_one_request() => FuzzRun.OfThrowing(10_000, random =>
    {
        string text = (random.Next(4) > 0 ? "ws://" : "") + (random.Next(2) > 0 ? "example.com" : "")
            + string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Parts[random.Next(Parts.Length)]));
        if (!Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out Uri? uri))
            return;
        try
        {
            WebSocketUri.Check(uri);
        }
        catch (ArgumentException)
        {
            return;
        }

        string request = Encoding.ASCII.GetString(UpgradeRequest.Create(uri, new byte[16], [], [], null, null, null).ToBytes());
        string[] lines = request.Split(["\r\n"], StringSplitOptions.None);
        bool isWhole = lines.Length == 8 && lines[6] + lines[7] == "" && lines.All(line => line.All(c => c is >= ' ' and <= '~'))
            && lines[0].Split(' ').Length == 3 && lines[1].StartsWith("Host: ", StringComparison.Ordinal) && lines[1].IndexOfAny(['/', '@', '?', '#', '%']) < 0;
        if (!isWhole)
            throw new InvalidOperationException("From " + Wire.ToHex(Encoding.UTF8.GetBytes(text)) + " comes " + request);
    });
}
