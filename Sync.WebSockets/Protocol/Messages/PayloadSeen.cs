using System;
using System.Collections.Generic;

namespace Sync.WebSockets.Protocol.Messages;

/// <summary>What there was of a <see cref="PayloadPieces"/> at one moment. It stays so until the pieces are freed; any thread may look at it.</summary>
internal readonly struct PayloadSeen(byte[][] pieces, int length)
{
    public int Length => length;

    public void CopyTo(Span<byte> destination)
    {
        int left = length;
        for (int i = 0; left > 0; i++)
        {
            int count = Math.Min(left, pieces[i].Length);
            pieces[i].AsSpan(0, count).CopyTo(destination);
            destination = destination.Slice(count);
            left -= count;
        }
    }

    /// <summary>What lies behind the first <paramref name="start"/> bytes.</summary>
    public IEnumerable<ArraySegment<byte>> From(int start)
    {
        int left = length;
        for (int i = 0; left > 0; i++)
        {
            int count = Math.Min(left, pieces[i].Length);
            if (start < count)
                yield return new ArraySegment<byte>(pieces[i], start, count - start);
            start = Math.Max(0, start - count);
            left -= count;
        }
    }
}
