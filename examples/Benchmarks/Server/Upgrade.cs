using System;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace Benchmarks.Server;

/// <summary>The opening handshake, of both sides. It takes for granted that nothing follows it before it is answered.</summary>
internal static class Upgrade
{
    private const string Deflate = "permessage-deflate";

    /// <summary>Server: answers a request, and takes compression when it is offered. Returns the path.</summary>
    public static string Accept(Stream stream)
    {
        string request = ReadHead(stream);
        string extensions = request.Contains(Deflate, StringComparison.Ordinal) ? $"Sec-WebSocket-Extensions: {Deflate}\r\n" : "";
        const string Key = "\r\nSec-WebSocket-Key: ";
        int start = request.IndexOf(Key, StringComparison.OrdinalIgnoreCase) + Key.Length;
        string key = request[start..request.IndexOf('\r', start)].Trim();
        stream.Write(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {AcceptOf(key)}\r\n{extensions}\r\n"));
        return request.Split(' ', 3)[1];
    }

    /// <summary>Client: asks, and reads the answer.</summary>
    public static void Request(Stream stream, Uri uri, bool offersDeflate)
    {
        string key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        string extensions = offersDeflate ? $"Sec-WebSocket-Extensions: {Deflate}\r\n" : "";
        stream.Write(Encoding.ASCII.GetBytes(
            $"GET {uri.PathAndQuery} HTTP/1.1\r\nHost: {uri.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{extensions}\r\n"));
        if (!ReadHead(stream).Contains(AcceptOf(key), StringComparison.Ordinal))
            throw new InvalidDataException("The server did not accept the WebSocket.");
    }

    private static string ReadHead(Stream stream)
    {
        byte[] head = new byte[16 * 1024];
        int length = 0;
        while (!head.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            int read = stream.Read(head, length, head.Length - length);
            if (read == 0)
                throw new EndOfStreamException();
            length += read;
        }
        return Encoding.ASCII.GetString(head, 0, length);
    }

    private static string AcceptOf(string key)
    {
#pragma warning disable CA5350 // RFC 6455 wants it; no secret depends on it.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }
}
