using System;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace Sync.WebSockets.Support;

/// <summary>CONNECT as a proxy answers it (RFC 9110, 9.3.6).</summary>
internal sealed class TestProxyHttp(TestProxyOptions options)
{
    private readonly TestProxyDigest _digest = new(options);

    private string Version => options.IsHttp10 ? "HTTP/1.0" : "HTTP/1.1";

    /// <summary>The tunnel's other end; null when there is no tunnel.</summary>
    public Socket? Open(ServerConnection connection, TestProxyVisit visit)
    {
        while (true)
        {
            ServerRequest request = visit.ReadRequest();
            if (!request.RequestLine.StartsWith("CONNECT ", StringComparison.Ordinal) || request["Host"] != request.Target)
                throw new InvalidDataException("RFC 9110 9.3.6: CONNECT with its target in Host was expected, not\n" + request.Text);
            visit.Credentials = request["Proxy-Authorization"];
            if (Challenge(request) is not { } challenge)
                return Connect(connection, visit, request.Target);
            connection.SendAscii(
                $"{Version} 407 Proxy Authentication Required\r\nProxy-Authenticate: {challenge}\r\n"
                + (options.ClosesAfterChallenge ? "Connection: close\r\n" : "")
                + "Content-Length: 12\r\n\r\nWho are you?");
            if (options.ClosesAfterChallenge)
                return null;
        }
    }

    // Null: come in.
    private string? Challenge(ServerRequest request)
    {
        if (options.Credentials is not { } expected)
            return null;
        if (options.Challenge != TestProxyChallenge.Basic)
            return _digest.Judge(request);
        string right = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(expected.UserName + ":" + expected.Password));
        return request["Proxy-Authorization"] == right ? null : "Basic realm=\"test proxy\", charset=\"UTF-8\"";
    }

    private Socket? Connect(ServerConnection connection, TestProxyVisit visit, string authority)
    {
        int colon = authority.LastIndexOf(":", StringComparison.Ordinal);
        int port = int.Parse(authority.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        Socket? server = visit.Connect(authority.Substring(0, colon).Trim('[', ']'), port);
        connection.SendAscii(Version + (server is null ? " 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n" : " 200 Connection established\r\n\r\n"));
        return server;
    }
}
