using System;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>Sec-WebSocket-Key and the Sec-WebSocket-Accept that proves that the server has read it (RFC 6455, 4.1 and 4.2.2).</summary>
internal static class AcceptKey
{
    private const int KeyBytes = 16;
    private const string ProtocolGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static string CreateKey(byte[] random16)
    {
        if (random16.Length != KeyBytes)
            throw new ArgumentException("A handshake key is made of 16 random bytes.", nameof(random16));
        return Convert.ToBase64String(random16);
    }

    [SuppressMessage(
        "Security",
        "CA5350",
        Justification = "RFC 6455, 4.2.2 asks for SHA-1. It tells servers from other listeners; no secret rests on it.")]
    public static string Compute(string key)
    {
        using SHA1 sha1 = SHA1.Create();
        return Convert.ToBase64String(sha1.ComputeHash(Encoding.ASCII.GetBytes(key + ProtocolGuid)));
    }
}
