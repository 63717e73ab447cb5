using System;

namespace Sync.WebSockets.Support;

/// <summary>Bytes as tests write them: "81 05 48656c6c6f". White space is only for the eye.</summary>
internal static class Hex
{
    public static byte[] Bytes(string hex)
    {
        string digits = string.Concat(hex.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        if (digits.Length % 2 != 0)
            throw new ArgumentException("An odd number of hex digits: " + hex, nameof(hex));

        byte[] bytes = new byte[digits.Length / 2];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = Convert.ToByte(digits.Substring(2 * i, 2), fromBase: 16);
        return bytes;
    }
}
