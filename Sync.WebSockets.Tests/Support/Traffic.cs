using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Sync.WebSockets.Support;

/// <summary>Payloads that look random and are the same for the same seed, on every platform; and a checksum to compare them by.</summary>
internal static class Traffic
{
    private const ulong FnvBasis = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    // One, two, three and four bytes of UTF-8.
    private static readonly string[] Letters = ["a", "Z", "0", " ", "ä", "ж", "€", "語", "🙂"];

    public static byte[] Bytes(int count, ulong seed)
    {
        // Whole words, so that the loop has no tail; the few spare bytes are cut off.
        byte[] bytes = new byte[(count + 7) & ~7];
        ulong state = Scramble(seed);
        foreach (ref ulong word in MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan()))
            word = state = Next(state);

        Array.Resize(ref bytes, count);
        return bytes;
    }

    /// <summary>Well-formed text with letters of every length in UTF-8.</summary>
    public static string Text(int letters, ulong seed)
    {
        var text = new StringBuilder(letters);
        ulong state = Scramble(seed);
        for (int i = 0; i < letters; i++)
        {
            state = Next(state);
            text.Append(Letters[(int)((state >> 32) % (uint)Letters.Length)]);
        }

        return text.ToString();
    }

    /// <summary>FNV-1a of 64 bits. Give the result of one piece to the next one: pieces sum up like the whole.</summary>
    public static ulong Checksum(byte[] bytes, ulong before = FnvBasis)
    {
        ulong sum = before;
        foreach (byte b in bytes)
            sum = unchecked((sum ^ b) * FnvPrime);
        return sum;
    }

    // Marsaglia's xorshift64; zero would stay zero.
    private static ulong Next(ulong state)
    {
        state ^= state << 13;
        state ^= state >> 7;
        return state ^ (state << 17);
    }

    // Seeds 1, 2, 3 would start alike: spread them.
    private static ulong Scramble(ulong seed) => unchecked((seed + 1) * 0x9E3779B97F4A7C15) | 1;
}
