using System;

namespace Sync.WebSockets.Fuzzing;

/// <summary>Feeds a parser in three ways (whole, octet by octet, in random pieces) and demands that each comes to the same.</summary>
internal static class PieceWise
{
    /// <summary>Takes a piece of the buffer and tells how many octets it used.</summary>
    public delegate int Append(byte[] buffer, int offset, int count);

    public static void Check(byte[] octets, Random random, Func<(Append Append, Func<string> Outcome)> start)
    {
        string whole = Feed(octets, start, () => octets.Length);
        Demand(whole, Feed(octets, start, () => 1));
        int most = random.Next(1, 50);
        Demand(whole, Feed(octets, start, () => random.Next(1, most + 1)));
    }

    private static string Feed(byte[] octets, Func<(Append Append, Func<string> Outcome)> start, Func<int> nextSize)
    {
        (Append append, Func<string> outcome) = start();
        int total = 0;
        bool hasEnded = false;
        for (int at = 0; at < octets.Length;)
        {
            int count = Math.Min(nextSize(), octets.Length - at);
            int used = append(octets, at, count);
            if (used < 0 || used > count || (hasEnded && used > 0))
                throw new InvalidOperationException("A parser used octets that were not there, or some after its end.");
            hasEnded |= used < count;
            total += used;
            at += count;
        }

        return outcome() + FormattableString.Invariant($", {total} used");
    }

    private static void Demand(string whole, string pieces)
    {
        if (!string.Equals(whole, pieces, StringComparison.Ordinal))
            throw new InvalidOperationException($"Cut, it comes to <{pieces}>; whole, to <{whole}>.");
    }
}
