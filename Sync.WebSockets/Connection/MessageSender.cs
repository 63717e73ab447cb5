using System;
using System.Buffers;
using System.Threading;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// From a whole message to frames. The sender holds the turn for the message and the gate for each frame.
//
// _bound is the deadline of the message that is being written, Idle when there is none that can expire, Expired once the heartbeat
// thread has ended it. It changes atomically, so either the sender is done in time or the heartbeat thread cuts the connection, never
// both. It is set once the sender holds the gate: before that not a byte is out, and the sender's own wait ends in time.

/// <summary>Sends messages, in fragments when they are long. Any thread.</summary>
/// <param name="gate">Lets one frame at a time onto the wire.</param>
/// <param name="link">What the frames are written to.</param>
/// <param name="clock">Measures the bound.</param>
/// <param name="options">The bound, and the size of a frame.</param>
/// <param name="torn">Told that a message could not be written to its end: with what was thrown, or null when its time ran out between two frames.</param>
/// <param name="boundSet">Told when the heartbeat thread has to look at a bound.</param>
/// <param name="written">Told of each frame once it is written, with the gate held: must neither wait nor run user code.</param>
internal sealed class MessageSender(
    SendGate gate,
    Link link,
    MonotonicClock clock,
    WebSocketClientOptions options,
    Action<Exception?> torn,
    Action<long> boundSet,
    Action<Opcode, bool, long>? written = null)
{
    private const long Idle = MonotonicClock.Never;
    private const long Expired = -1;

    // Copied, masked and written piece by piece: small enough to stay in the cache, large enough to spare system calls.
    private const int PieceSize = 64 * 1024;

    private readonly MessageTurn _turn = new();
    private long _bound = Idle;
    private long _writingSince;

    /// <summary>When the message that is being written has to be done; <see cref="MonotonicClock.Never"/> when nothing can expire.</summary>
    public long Bound => Volatile.Read(ref _bound) is var bound && bound == Expired ? Idle : bound;

    /// <summary>When the frame that is being written was begun; null when none is. Any thread.</summary>
    public long? WritingSince => Volatile.Read(ref _writingSince) is var since && since == 0 ? null : since;

    /// <summary>Blocks until TCP has taken the whole message, for SendTimeout at most. TimedOut: not a byte of it was sent.</summary>
    public TakeResult Send(ReadOnlySpan<byte> payload, Opcode opcode) => Send(payload, opcode, options.SendTimeout);

    /// <summary>The same in a time of its own.</summary>
    public TakeResult Send(ReadOnlySpan<byte> payload, Opcode opcode, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(clock, timeout);
        TakeResult result = _turn.Enter(deadline);
        if (result != TakeResult.Taken)
            return result;
        if (deadline.HasPassed)
        {
            // It came too late, and nothing is lost yet.
            _turn.Leave();
            return TakeResult.TimedOut;
        }
        bool inTime;
        try
        {
            result = SendFrames(payload, opcode, deadline);
        }
        finally
        {
            inTime = TryClearBound();
            _turn.Leave();
        }
        return inTime ? result : TakeResult.Closed;
    }

    /// <summary>Heartbeat thread: ends the message that is being written, if its time is up. True: it did, and the connection has to go.</summary>
    public bool TryExpire(long now)
    {
        long bound = Bound;
        return bound <= now && Interlocked.CompareExchange(ref _bound, Expired, bound) == bound;
    }

    /// <summary>The connection ended: frees whoever waits for a turn.</summary>
    public void Close() => _turn.Close();

    private TakeResult SendFrames(ReadOnlySpan<byte> payload, Opcode opcode, Deadline deadline)
    {
        int sent = 0;
        bool first = true;
        while (true)
        {
            int count = Math.Min(payload.Length - sent, options.MaxSendFrameSize);
            bool last = sent + count == payload.Length;
            TakeResult result = SendFrame(payload.Slice(sent, count), first ? opcode : Opcode.Continuation, last, deadline, isTorn: !first);
            if (result == TakeResult.TimedOut && !first)
            {
                torn(null);
                return TakeResult.Closed;
            }
            if (result != TakeResult.Taken || last)
                return result;
            sent += count;
            first = false;
        }
    }

    private TakeResult SendFrame(ReadOnlySpan<byte> payload, Opcode opcode, bool fin, Deadline deadline, bool isTorn)
    {
        TakeResult result = Enter(deadline, isTorn);
        if (result != TakeResult.Taken)
            return result;
        try
        {
            SetBound(deadline);
            Volatile.Write(ref _writingSince, clock.Now);
            if (!gate.WritePosted())
                return TakeResult.Closed;
            WriteFrame(payload, opcode, fin);
            written?.Invoke(opcode, fin, payload.Length);
            return TakeResult.Taken;
        }
        catch (Exception e)
        {
            // The cause first: whoever finds the gate closed asks for it.
            torn(e);
            gate.Silence();
            if (e is ThreadInterruptedException or ThreadAbortException)
                throw;
            return TakeResult.Closed;
        }
        finally
        {
            Volatile.Write(ref _writingSince, 0);
            gate.Leave();
        }
    }

    // Interrupted here, a message that has begun is torn, too; one that has not is merely not sent.
    private TakeResult Enter(Deadline deadline, bool isTorn)
    {
        try
        {
            return gate.Enter(deadline);
        }
        catch (Exception e) when (isTorn)
        {
            torn(e);
            throw;
        }
    }

    private void WriteFrame(ReadOnlySpan<byte> payload, Opcode opcode, bool fin)
    {
        uint key = gate.NextKey();
        int header = FrameEncoder.HeaderLength(payload.Length);
        int size = Math.Min(PieceSize, header + payload.Length);
        byte[] piece = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            int filled = FrameEncoder.WriteHeader(piece, opcode, fin, rsv1: false, payload.Length, key);
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
    }

    private void SetBound(Deadline deadline)
    {
        if (!deadline.IsInfinite && Interlocked.CompareExchange(ref _bound, deadline.At, Idle) == Idle)
            boundSet(deadline.At);
    }

    private bool TryClearBound() => Interlocked.Exchange(ref _bound, Idle) != Expired;
}
