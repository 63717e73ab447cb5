using System;

namespace Sync.WebSockets.Connection;

// Owner: everything here belongs to whoever has the turn to read. Messages that are queued lie in chunks, so a chunk is filled on behind them until none
// is left in it.

/// <summary>Where the reader puts what comes, until it is decoded.</summary>
internal sealed class ReceiveBuffer
{
    private const int SmallestChunk = 1024;
    private const int LargestChunk = 64 * 1024;

    // From one size to the next.
    private const int Step = 8;

    // Of a long message, read here; the rest goes straight to where it belongs.
    private const int LongestBeginning = 4 * 1024;

    // In a row, before a smaller chunk has to do.
    private const int SmallReads = 8;

    private readonly Inbox _inbox;

    /// <summary>Where what was not decoded yet begins.</summary>
    public int Start;

    /// <summary>Where it ends.</summary>
    public int End;

    private int _smallReads;    // So many in a row have left most of the chunk empty.

    public ReceiveBuffer(Inbox inbox)
    {
        _inbox = inbox;
        Chunk = new ReceiveChunk(SmallestChunk);
        Data = Chunk.Data;
    }

    /// <summary>What is being filled.</summary>
    public ReceiveChunk Chunk { get; private set; }

    public byte[] Data { get; private set; }

    /// <summary>Begins with what came along with the handshake.</summary>
    public void Take(ArraySegment<byte> earlyFrames)
    {
        if (earlyFrames.Count > Data.Length)
            Switch(earlyFrames.Count);
        earlyFrames.AsSpan().CopyTo(Data);
        End = earlyFrames.Count;
    }

    /// <summary>
    /// Room for at least what the decoder waits for. While messages of the chunk are queued it is filled on behind them; once none is,
    /// from the front again. It grows when it came full, because more is waiting then, and shrinks when little came several times.
    /// </summary>
    /// <param name="wanted">What the decoder waits for.</param>
    /// <param name="amongLong">
    /// The last message was a long one, and so is the next, probably: then only its beginning is read here, and the rest straight to where it belongs.
    /// </param>
    public ArraySegment<byte> GetRoom(int wanted, bool amongLong)
    {
        int size = Data.Length;
        if (!_inbox.IsUnused(Chunk))
        {
            if (size - End < size / 8 || size - Start < wanted)
                Switch(Math.Max(End == size ? Larger(size) : size, wanted));
        }
        else
        {
            _smallReads = End < size / Step ? Math.Min(_smallReads + 1, SmallReads) : 0;
            int best = End == size && !amongLong ? Larger(size) : _smallReads == SmallReads ? Smaller(size) : size;
            best = Math.Max(best, wanted);
            if (best != size)
            {
                _smallReads = 0;
                // The pool would keep it for this thread, as long as that lives, and the next one may be rented by another.
                Switch(best, toPool: false);
            }
            else
            {
                MoveToFront();
            }
        }
        int room = Data.Length - End;
        return new ArraySegment<byte>(Data, End, amongLong ? Math.Min(room, Math.Max(LongestBeginning, wanted)) : room);
    }

    /// <summary>Drops what there is; what comes from now on is put into this, and means nothing.</summary>
    public byte[] Clear()
    {
        Start = End = 0;
        Switch(SmallestChunk);
        return Data;
    }

    /// <summary>The reader is done.</summary>
    public void Retire() => _inbox.Retire(Chunk);

    private static int Larger(int size) => Math.Min(Step * size, LargestChunk);

    private static int Smaller(int size) => Math.Max(size / Step, SmallestChunk);

    private void MoveToFront()
    {
        Buffer.BlockCopy(Data, Start, Data, 0, End - Start);
        End -= Start;
        Start = 0;
    }

    private void Switch(int size, bool toPool = true)
    {
        ReceiveChunk next = new(size);
        Buffer.BlockCopy(Data, Start, next.Data, 0, End - Start);
        ReceiveChunk old = Chunk;
        Chunk = next;
        Data = next.Data;
        End -= Start;
        Start = 0;
        if (toPool)
            _inbox.Retire(old);
    }
}
