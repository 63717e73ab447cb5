using System;
using System.Buffers;
using System.Threading;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// From a whole message to frames. The sender holds the turn for the message and the gate for each frame.
//
// _bound is the deadline of the message that is being written, Idle when there is none that can expire, Expired once the heartbeat
// thread has ended it. It changes atomically, so either the sender is done in time or the heartbeat thread cuts the connection, never
// both. It is set once the sender holds the gate: before that not a byte is out, and the sender's own wait ends in time.
//
// Turn holder: _opcode, _deadline, _deflates, _isFirst, _continues, _isBegun and _isWhole describe the message, or the batch, whose turn it is, and
// the deflater belongs to its sender.
// Once the connection has ended the last one who has the turn frees the deflater.

/// <summary>Sends messages, in fragments when they are long. Any thread.</summary>
/// <param name="gate">Lets one frame at a time onto the wire.</param>
/// <param name="link">What the frames are written to.</param>
/// <param name="clock">Measures the bound.</param>
/// <param name="options">The bound, and the size of a frame.</param>
/// <param name="torn">Told that a message could not be written to its end: with what was thrown, or null when its time ran out between two frames.</param>
/// <param name="boundSet">Told when the heartbeat thread has to look at a bound.</param>
/// <param name="written">Told of each frame once it is written, with the gate held: must neither wait nor run user code.</param>
/// <param name="deflater">Null: permessage-deflate was not agreed on.</param>
internal sealed partial class MessageSender(
    SendGate gate,
    Link link,
    MonotonicClock clock,
    WebSocketClientOptions options,
    Action<Exception?> torn,
    Action<long> boundSet,
    Action<Opcode, bool, long>? written = null,
    MessageDeflater? deflater = null)
{
    private const long Idle = MonotonicClock.Never;
    private const long Expired = -1;

    // Copied, masked and written piece by piece: small enough to stay in the cache, and for a slow link to take one long before PingTimeout,
    // since a write counts as a sign of life when it is done; large enough to spare system calls. 64 KiB of payload, which many programs
    // send, fit into one with their header.
    private const int PieceSize = (64 * 1024) + 14;

    // What a deflated message has to have ready before that goes out.
    private const int WorthAFrame = 64 * 1024;

    private readonly MessageTurn _turn = new();
    private long _bound = Idle;
    private long _writingSince;
    private Opcode _opcode;
    private Deadline _deadline;
    private bool _deflates;
    private bool _isFirst;
    private bool _continues;    // A frame of the message was written,
    private bool _isBegun;      // or of one before it in the same batch.
    private bool _isWhole;      // All of it was.

    /// <summary>When the message that is being written has to be done; <see cref="MonotonicClock.Never"/> when nothing can expire.</summary>
    public long Bound => Volatile.Read(ref _bound) is var bound && bound == Expired ? Idle : bound;

    /// <summary>When the frame that is being written was begun; null when none is. Any thread.</summary>
    public long? WritingSince => Volatile.Read(ref _writingSince) is var since && since == 0 ? null : since;

    /// <summary>Blocks until TCP has taken the whole message, for SendTimeout at most. TimedOut: not a byte of it was sent.</summary>
    public TakeResult Send(ReadOnlySpan<byte> payload, Opcode opcode) => Send(payload, opcode, options.SendTimeout);

    /// <summary>The same in a time of its own, and compressed only if wanted.</summary>
    public TakeResult Send(ReadOnlySpan<byte> payload, Opcode opcode, TimeSpan timeout, bool compress = true)
    {
        TakeResult result = Begin(opcode, timeout, compress);
        if (result != TakeResult.Taken)
            return result;
        bool inTime;
        try
        {
            result = Write(payload, last: true);
        }
        finally
        {
            inTime = End();
        }
        return inTime ? result : TakeResult.Torn;
    }

    /// <summary>Turn holder: a part of what has to be sent to its end was sent.</summary>
    public bool IsBegun => _isBegun;

    /// <summary>
    /// Blocks until it is this thread's turn to send a message, which it then writes piece by piece. Taken: <see cref="End"/> has to
    /// follow, whatever happens. Throws on the thread whose turn it is already.
    /// </summary>
    public TakeResult Begin(Opcode opcode, TimeSpan timeout, bool compress)
    {
        Deadline deadline = Deadline.After(clock, timeout);
        TakeResult result = _turn.Enter(deadline);
        if (result != TakeResult.Taken)
            return result;
        _opcode = opcode;
        _deadline = deadline;
        _deflates = compress && deflater is not null;
        _isFirst = true;
        _continues = false;
        _isBegun = false;
        _isWhole = false;
        return TakeResult.Taken;
    }

    /// <summary>
    /// Turn holder: blocks until TCP has taken the next piece of the message; or, when it is deflated, what is worth a frame by then, or all
    /// if wanted. TimedOut: not a byte of the message was sent.
    /// </summary>
    public TakeResult Write(ReadOnlySpan<byte> piece, bool last, bool flush = false)
    {
        if (_isFirst && last && piece.Length < options.Compression?.MinimumSize)
            _deflates = false;
        _isFirst = false;
        TakeResult result = _deflates ? Deflate(piece, last, flush)
            : piece.IsEmpty && !last ? TakeResult.Taken
            : WriteFrames(piece, last);
        _isWhole = last && result == TakeResult.Taken;
        return result;
    }

    /// <summary>Turn holder: the message was written, or will never be. False: its time ran out, and the connection has to go.</summary>
    public bool End()
    {
        bool inTime = TryClearBound();
        try
        {
            // What the server did not get must neither be sent nor referred to.
            if (!_isWhole)
                deflater?.Forget();
        }
        finally
        {
            LeaveTurn();
        }
        return inTime;
    }

    /// <summary>Heartbeat thread: ends the message that is being written, if its time is up. True: it did, and the connection has to go.</summary>
    public bool TryExpire(long now)
    {
        long bound = Bound;
        return bound <= now && Interlocked.CompareExchange(ref _bound, Expired, bound) == bound;
    }

    /// <summary>The connection ended: frees whoever waits for a turn.</summary>
    public void Close()
    {
        if (_turn.Close())
            deflater?.Dispose();
    }

    private void LeaveTurn()
    {
        if (_turn.Leave())
            deflater?.Dispose();
    }

    // Piece by piece, so that a long message is never in memory as a whole. What is ready goes out once it is worth a frame.
    private TakeResult Deflate(ReadOnlySpan<byte> piece, bool last, bool flush)
    {
        while (true)
        {
            int count = Math.Min(piece.Length, options.MaxSendFrameSize);
            deflater!.Write(piece.Slice(0, count));
            piece = piece.Slice(count);
            bool isWhole = last && piece.IsEmpty;
            if (isWhole)
                deflater.End();
            else if (flush && piece.IsEmpty)
                deflater.Flush();
            if (isWhole || deflater.Ready.Count >= (flush ? 1 : WorthAFrame))
            {
                TakeResult result = WriteFrames(deflater.Ready, isWhole);
                if (result != TakeResult.Taken)
                    return result;
                deflater.Sent();
            }
            if (piece.IsEmpty)
                return TakeResult.Taken;
        }
    }

    private TakeResult WriteFrames(ReadOnlySpan<byte> payload, bool last)
    {
        while (true)
        {
            int count = Math.Min(payload.Length, options.MaxSendFrameSize);
            TakeResult result = WriteNow(payload.Slice(0, count), last && count == payload.Length, isBatch: false);
            if (result != TakeResult.Taken || count == payload.Length)
                return result;
            payload = payload.Slice(count);
        }
    }

    // The payload of a frame; or the batch, which ends with a whole message.
    private TakeResult WriteNow(ReadOnlySpan<byte> payload, bool fin, bool isBatch)
    {
        TakeResult result = EnterGate();
        if (result == TakeResult.TimedOut && _isBegun)
            torn(null);
        if (result != TakeResult.Taken)
            return _isBegun ? TakeResult.Torn : result;
        try
        {
            long now = clock.Now;
            // Its turn came too late, or the program took its time with it; nothing is lost yet.
            if (!_isBegun && _deadline.At <= now)
                return TakeResult.TimedOut;
            SetBound();
            Volatile.Write(ref _writingSince, now);
            if (!gate.WritePosted())
                return _isBegun ? TakeResult.Torn : TakeResult.Closed;
            if (isBatch)
                WriteBatch();
            else
                WriteFrame(payload, fin);
            _continues = !fin;
            _isBegun = true;
            return TakeResult.Taken;
        }
        catch (Exception e)
        {
            // The cause first: whoever finds the gate closed asks for it.
            torn(e);
            gate.Silence();
            if (e is ThreadInterruptedException or ThreadAbortException)
                throw;
            return TakeResult.Torn;
        }
        finally
        {
            gate.Leave();
            Volatile.Write(ref _writingSince, 0);
        }
    }

    // Interrupted here, a message that has begun is torn, too; one that has not is merely not sent.
    private TakeResult EnterGate()
    {
        try
        {
            return gate.Enter(_deadline);
        }
        catch (Exception e) when (_isBegun)
        {
            torn(e);
            throw;
        }
    }

    private void WriteFrame(ReadOnlySpan<byte> payload, bool fin)
    {
        Opcode opcode = _continues ? Opcode.Continuation : _opcode;
        uint key = RandomKeys.Next();
        int header = FrameEncoder.HeaderLength(payload.Length);
        int size = Math.Min(PieceSize, header + payload.Length);
        byte[] piece = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            int filled = FrameEncoder.WriteHeader(piece, opcode, fin, rsv1: _deflates && !_continues, payload.Length, key);
            int done = 0;
            do
            {
                int count = Math.Min(payload.Length - done, size - filled);
                Mask.Copy(payload.Slice(done, count), piece.AsSpan(filled), key, done);
                link.Stream.Write(piece, 0, filled + count);
                done += count;
                filled = 0;
            }
            while (done < payload.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
        written?.Invoke(opcode, fin, payload.Length);
    }

    private void SetBound()
    {
        if (!_deadline.IsInfinite && Interlocked.CompareExchange(ref _bound, _deadline.At, Idle) == Idle)
            boundSet(_deadline.At);
    }

    private bool TryClearBound() => Interlocked.Exchange(ref _bound, Idle) != Expired;
}
