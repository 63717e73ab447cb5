using System;
using System.Buffers;

namespace Sync.WebSockets.Protocol.Messages;

// Owner: one after the other the assembler, the inbox, and the receiver that takes the message; only the owner changes it. What has been
// written stays as it is, so others may look at what was there when they were told (Seen) while the assembler goes on. Whoever gives them
// the arrays for good must not free them. A guest is a receiver's: nobody else may look at it, and it is never freed.

/// <summary>A payload in rented arrays, each about as long as all before it, so that it grows without being copied and costs no allocation.</summary>
internal sealed class PayloadPieces(ArrayPool<byte> pool)
{
    // Each doubles what there is, so more than these would not fit into an array.
    private const int Most = 32;

    // Of the pool's.
    private const int SmallestArray = 16;

    private byte[][] _pieces = new byte[1][];
    private int _count;
    private int _roomAt;    // In the last piece.

    /// <summary>The payload is not in rented arrays, but here.</summary>
    public byte[]? Guest { get; private set; }

    public int Length { get; private set; }

    /// <summary>What it keeps in memory.</summary>
    public long Capacity { get; private set; }

    public bool IsFull => Length == Capacity;

    /// <summary>What there is at this moment.</summary>
    public PayloadSeen Seen => new(_pieces, Length);

    /// <summary>
    /// An array that is less than twice as long as it has to be. The pool of .NET Framework hands out a longer one where it has none left of the
    /// right size.
    /// </summary>
    public static byte[] Rent(ArrayPool<byte> pool, int size)
    {
        byte[] array = pool.Rent(size);
        if (array.Length < 2 * (long)Math.Max(size, SmallestArray))
            return array;
        pool.Return(array);
        // As long as one of the pool's, so that it can be given to it.
        return new byte[array.Length / 2];
    }

    /// <summary>Adds room for at least <paramref name="size"/> bytes; it must be full.</summary>
    public void Grow(int size)
    {
        byte[] piece = Rent(pool, size);
        if (_count == _pieces.Length)
            Array.Resize(ref _pieces, Most);
        _pieces[_count++] = piece;
        _roomAt = 0;
        Capacity += piece.Length;
    }

    /// <summary>All of the payload goes there, where it has to fit; there must be nothing yet, and no room.</summary>
    public void Adopt(byte[] guest)
    {
        Guest = guest;
        _pieces[0] = guest;
        _count = 1;
        Capacity = guest.Length;
    }

    /// <summary>The payload where the guest has it; nothing is left.</summary>
    public ArraySegment<byte> Dismiss()
    {
        ArraySegment<byte> all = new(Guest!, 0, Length);
        Guest = null;
        _pieces[0] = null!;
        _count = 0;
        _roomAt = 0;
        Length = 0;
        Capacity = 0;
        return all;
    }

    /// <summary>Where the next bytes go, <paramref name="wanted"/> at most.</summary>
    public ArraySegment<byte> Room(long wanted)
    {
        byte[] last = _pieces[_count - 1];
        return new ArraySegment<byte>(last, _roomAt, (int)Math.Min(wanted, last.Length - _roomAt));
    }

    /// <summary>The first bytes of the room are payload now; returns them.</summary>
    public ReadOnlySpan<byte> Commit(int count)
    {
        ReadOnlySpan<byte> added = _pieces[_count - 1].AsSpan(_roomAt, count);
        _roomAt += count;
        Length += count;
        return added;
    }

    /// <summary>A copy of what lies behind the first <paramref name="start"/> bytes.</summary>
    public PayloadPieces Behind(int start)
    {
        PayloadPieces rest = new(pool);
        if (start < Length)
            rest.Grow(Length - start);
        foreach (ArraySegment<byte> piece in Seen.From(start))
        {
            piece.AsSpan().CopyTo(rest.Room(piece.Count));
            rest.Commit(piece.Count);
        }
        return rest;
    }

    /// <summary>All of it, in an array that is the caller's own and not much longer; nothing is left, but maybe the room.</summary>
    public ArraySegment<byte> TakeAll()
    {
        ArraySegment<byte> all;
        if (_count == 1 && Length > Capacity / 2)
        {
            all = new ArraySegment<byte>(_pieces[0], 0, Length);
            Forget();
        }
        else
        {
            all = new ArraySegment<byte>(ToArray());
            Empty();
        }
        return all;
    }

    public byte[] ToArray()
    {
        if (Length == 0)
            return [];
        byte[] all = FreshArray.Of(Length);
        Seen.CopyTo(all);
        return all;
    }

    /// <summary>Nothing is left, but the first piece as room.</summary>
    public void Empty()
    {
        for (int i = 1; i < _count; i++)
            pool.Return(_pieces[i]);
        _count = Math.Min(_count, 1);
        Length = 0;
        Capacity = _count == 0 ? 0 : _pieces[0].Length;
        _roomAt = 0;
    }

    /// <summary>Gives the arrays back: nobody may look at them any more.</summary>
    public void Free()
    {
        for (int i = 0; i < _count; i++)
            pool.Return(_pieces[i]);
        Forget();
    }

    // Somebody else has the arrays.
    private void Forget()
    {
        _pieces = new byte[1][];
        _count = 0;
        _roomAt = 0;
        Length = 0;
        Capacity = 0;
    }
}
