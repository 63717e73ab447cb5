using System;
using System.Collections.Generic;

namespace Sync.WebSockets.Fuzzing;

/// <summary>Streams for a decoder of frames: after the grammar, after it and then damaged, and plain noise.</summary>
internal static class FuzzStream
{
    // The lengths that have a meaning, masked and not.
    private static readonly byte[] LengthOctets = [0, 1, 124, 125, 126, 127, 128, 254, 255];

    public static byte[] Next(Random random)
    {
        FrameGrammar grammar = new(random);
        return random.Next(10) switch
        {
            0 => grammar.Octets(random.Next(64)),
            < 5 => Damaged(random, grammar),
            _ => grammar.Next(),
        };
    }

    /// <summary>Flipped bits, octets overwritten, cut off, doubled, left out or taken from elsewhere.</summary>
    public static byte[] Damage(Random random, byte[] octets, byte[] elsewhere)
    {
        List<byte> damaged = [.. octets];
        for (int times = random.Next(1, 4); times > 0 && damaged.Count > 0; times--)
        {
            int at = random.Next(damaged.Count);
            int count = random.Next(Math.Min(16, damaged.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0: damaged[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: damaged[at] = (byte)random.Next(256); break;
                case 2: damaged.RemoveRange(at, damaged.Count - at); break;
                case 3: damaged.InsertRange(at, damaged.GetRange(at, count)); break;
                case 4: damaged.RemoveRange(at, count); break;
                default: damaged.InsertRange(at, elsewhere.AsSpan(random.Next(elsewhere.Length + 1)).ToArray()); break;
            }
        }

        return [.. damaged];
    }

    private static byte[] Damaged(Random random, FrameGrammar grammar)
    {
        byte[] stream = grammar.Next();
        if (random.Next(3) > 0)
            return Damage(random, stream, grammar.Next());
        int at = LengthOctetOf(stream, frame: random.Next(6));
        if (at < stream.Length)
            stream[at] = LengthOctets[random.Next(LengthOctets.Length)];
        return stream;
    }

    // The second octet of a frame, or of a later one than there is.
    private static int LengthOctetOf(byte[] stream, int frame)
    {
        int at = 1;
        for (; frame > 0 && at + 2 < stream.Length; frame--)
        {
            int length = stream[at] & 0x7F;
            at += 2 + (length < 126 ? length : 2 + (stream[at + 1] * 256) + stream[at + 2]);
        }

        return at;
    }
}
