using System;
using System.Collections.Generic;
using System.Linq;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Fuzzing;

/// <summary>Writes answers to an upgrade request, right ones and some that are nearly right.</summary>
internal sealed class HeadGrammar(Random random, UpgradeRequest request)
{
    private static readonly string[] StatusLines =
    [
        "HTTP/1.1 101 Switching Protocols", "HTTP/1.1 101 Switching Protocols", "HTTP/1.1 101 Switching Protocols", "HTTP/1.1 101",
        "HTTP/1.0 101 x", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 302 ", "ICY 200 OK",
    ];

    private static readonly string[] Others =
    [
        "Server: x", "Date: Sat, 01 Jan 2000 00:00:00 GMT", "X-Empty:", "Content-Length: 5", "Content-Length: 5, 5", "Content-Length: 99999999999999999999",
        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding:", "Set-Cookie: a=b; c", "X-Latin: \u00E4\u00FF", "Sec-WebSocket-Accept: x",
        "Upgrade: h2c", "Sec-WebSocket-Protocol: soap", "Sec-WebSocket-Extensions: x-bar", "Sec-WebSocket-Extensions: x-foo; a; a", " folded", "Spaced : x",
    ];

    public string Next()
    {
        List<string> headers =
        [
            Case("Upgrade") + ":" + Space() + Case("websocket") + Space(),
            Case("Connection") + ":" + Space() + (random.Next(3) == 0 ? "keep-alive, " : "") + Case("Upgrade"),
            Case("Sec-WebSocket-Accept") + ":" + Space() + request.ExpectedAccept,
        ];
        if (random.Next(3) == 0)
            headers.Add("Sec-WebSocket-Protocol: " + request.SubProtocols[random.Next(request.SubProtocols.Count)]);
        if (random.Next(3) == 0)
            headers.Add("Sec-WebSocket-Extensions: " + Extensions());
        while (random.Next(3) == 0)
            headers.Add(Pick(Others));
        if (random.Next(100) == 0)
            headers.Add("X-Long: " + new string('a', random.Next(8170, 8200)));
        if (random.Next(200) == 0)
            headers.AddRange(Enumerable.Repeat("X: " + new string('b', random.Next(600)), random.Next(120, 130)));
        if (random.Next(8) == 0)
            headers.RemoveAt(random.Next(headers.Count));

        string[] lines = [Pick(StatusLines), .. headers.OrderBy(_ => random.Next()), ""];
        return string.Join("\r\n", lines) + "\r\n";
    }

    /// <summary>A list as in RFC 6455, 9.1.</summary>
    public string Extensions()
    {
        string list = string.Join(",", Enumerable.Range(0, random.Next(1, 4)).Select(_ => Space() + Extension() + Space()));
        return random.Next(4) == 0 ? ", " + list + " ,," : list;
    }

    private string Extension()
    {
        string extension = random.Next(2) == 0 ? "permessage-deflate" : random.Next(2) == 0 ? "x-foo" : Token();
        while (random.Next(3) > 0)
            extension += Space() + ";" + Space() + Token() + random.Next(3) switch { 0 => "", 1 => "=" + Token(), _ => "= \"" + Token() + "\"" };
        return extension;
    }

    private string Token() => new([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => "abcXYZ019-_.!#$%&'*+^`|~"[random.Next(24)])]);

    private string Space() => random.Next(3) switch { 0 => "", 1 => " ", _ => " \t" };

    private string Case(string name) => random.Next(3) switch { 0 => name.ToUpperInvariant(), 1 => name.ToLowerInvariant(), _ => name };

    private string Pick(string[] choice) => choice[random.Next(choice.Length)];
}
