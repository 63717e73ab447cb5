using System;
using System.Collections.Generic;
using System.Threading;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// One frame on the wire at a time. Data frames come from the one sender whose turn it is, and it waits for the gate; control frames
// come from anybody, and nobody waits with them: they are posted, and written by whoever holds the gate or finds it free. A reader
// that waited for a writer would deadlock two peers that both send.
//
// Lock: _sync guards every field but the last two, for a few instructions at a time; no write and no callback happens under it.
// Leaving the gate and looking for posted frames is one step under it, so none is forgotten: either the holder sees the frame, or
// the poster finds the gate free.
// Gate holder: _foundPosted and _control belong to whoever holds the gate.
//
// A free gate is not a free socket. Who must not wait writes a control frame only when the socket has room; otherwise the frame
// stays posted and RetryLater is told. A sender is about to block anyway, so it writes posted frames first, blocking, and thus they
// pass even when a long upload never leaves room.

/// <summary>Lets one frame at a time onto the wire, and control frames between the fragments of a message.</summary>
internal sealed class SendGate(Link link, MonotonicClock clock, IGateEvents events)
{
    private const int MaxControlPayload = 125;

    // A peer that floods us with pings has new pongs posted as fast as they are written; whoever passes by writes a few and goes on.
    private const int MostPostedPerPass = 4;

    private readonly object _sync = new();
    private readonly byte[] _pong = new byte[MaxControlPayload];
    private readonly LinkedList<ControlRequest> _requests = new();
    private int _pongLength = -1;
    private WebSocketCloseFrame? _close;
    private bool _held;
    private bool _waiting;
    private bool _closed;
    private bool _silent;
    private bool _freeing;

    private bool _foundPosted;  // Frames were posted when the gate was entered.
    private readonly byte[] _control = new byte[MaxControlPayload + 6];

    /// <summary>Whether frames wait to be written.</summary>
    public bool HasPosted
    {
        get
        {
            using (Hold.On(_sync))
                return HasPosted_NeedsLock;
        }
    }

    /// <summary>Whether a frame is being written.</summary>
    public bool IsHeld
    {
        get
        {
            using (Hold.On(_sync))
                return _held;
        }
    }

    private bool HasPosted_NeedsLock => !_silent && (_close is not null || _pongLength >= 0 || _requests.Count > 0);

    /// <summary>Posts the answer to the newest ping; an older one that is still posted needs none any more (5.5.3).</summary>
    public void PostPong(ReadOnlySpan<byte> payload)
    {
        using (Hold.On(_sync))
        {
            payload.CopyTo(_pong);
            _pongLength = payload.Length;
        }
    }

    /// <summary>Posts a ping or pong; it ends at once when nothing may be sent any more.</summary>
    public void Post(ControlRequest request)
    {
        using (Hold.On(_sync))
        {
            if (!_closed)
            {
                _requests.AddLast(request);
                return;
            }
        }
        request.End();
    }

    /// <summary>Takes back a request that was not written yet. False: it was.</summary>
    public bool Withdraw(ControlRequest request)
    {
        using (Hold.On(_sync))
            return _requests.Remove(request);
    }

    /// <summary>Posts the Close frame; the first one wins.</summary>
    public void PostClose(WebSocketCloseFrame frame)
    {
        using (Hold.On(_sync))
            _close ??= frame;
    }

    /// <summary>Writes what is posted if gate and socket are free. Never waits.</summary>
    public void TryFlush()
    {
        using (Hold.On(_sync))
        {
            if (_held || !HasPosted_NeedsLock)
                return;
            _held = true;
        }
        Leave();
    }

    /// <summary>The sender whose turn it is: waits until no other frame is being written.</summary>
    public TakeResult Enter(Deadline deadline)
    {
        using (Hold.On(_sync))
        {
            while (_held && !_closed)
            {
                int milliseconds = deadline.RemainingMilliseconds;
                if (milliseconds == 0)
                    return TakeResult.TimedOut;
                _waiting = true;
                Monitor.Wait(_sync, milliseconds);
            }
            if (_closed)
                return TakeResult.Closed;
            _held = true;
            _foundPosted = HasPosted_NeedsLock;
            return TakeResult.Taken;
        }
    }

    /// <summary>
    /// Gate holder, about to block with a frame of its own: writes those that were posted before it entered. False: no other frame may follow them.
    /// </summary>
    public bool WritePosted()
    {
        if (!_foundPosted)
            return true;
        for (int left = MostPostedPerPass; ; left--)
        {
            using (Hold.On(_sync))
            {
                if (left == 0 || !HasPosted_NeedsLock)
                    return !_closed;
            }
            WriteNextPosted();
        }
    }

    /// <summary>Lets the next one in, after the frames that were posted meanwhile and find room.</summary>
    public void Leave()
    {
        for (int left = MostPostedPerPass; !TryLeave(evenWithPosted: false); left--)
        {
            if (left > 0 && link.CanWriteNow())
            {
                WriteNextPosted();
                continue;
            }
            TryLeave(evenWithPosted: true);
            events.RetryLater();
            return;
        }
    }

    /// <summary>Nothing but a Close frame may go out any more: frees the sender that waits here, and the requests that are posted.</summary>
    public void CloseForAllButClose()
    {
        List<ControlRequest> left;
        using (Hold.On(_sync))
        {
            _closed = true;
            left = [.. _requests];
            _requests.Clear();
            Monitor.PulseAll(_sync);
        }
        left.ForEach(request => request.End());
    }

    /// <summary>Gate holder: its frame is torn, so nothing may follow it.</summary>
    public void Silence()
    {
        using (Hold.On(_sync))
        {
            _silent = true;
            _closed = true;
        }
    }

    /// <summary>
    /// The reader has left: frees the link now; or cuts it, so that a holder that is stuck gets on, and has the holder free it when it
    /// leaves. The gate never opens again.
    /// </summary>
    public void Free()
    {
        bool free;
        using (Hold.On(_sync))
        {
            _silent = true;
            _closed = true;
            _freeing = true;
            Monitor.PulseAll(_sync);
            free = !_held;
            _held = true;
        }
        if (free)
            link.Dispose();
        else
            link.Kill();
    }

    // One step under the lock, so no frame can be posted in between.
    private bool TryLeave(bool evenWithPosted)
    {
        using (Hold.On(_sync))
        {
            if (!evenWithPosted && HasPosted_NeedsLock)
                return false;
            if (!_freeing)
            {
                _held = false;
                // Only the sender whose turn it is ever waits, so there is one to wake at most.
                if (_waiting)
                    Monitor.PulseAll(_sync);
                _waiting = false;
                return true;
            }
        }
        // The gate stays held for good, so this happens once.
        link.Dispose();
        return true;
    }

    // Gate holder. False: there was nothing to write, or writing failed.
    private bool WriteNextPosted()
    {
        WebSocketCloseFrame? close;
        ControlRequest? request = null;
        Opcode opcode;
        int length;
        using (Hold.On(_sync))
        {
            if (!HasPosted_NeedsLock)
                return false;
            close = _close;
            if (close is { } frame)
            {
                opcode = Opcode.Close;
                length = Encode(opcode, ClosePayload.Encode(frame.Status, frame.Description));
                // 5.5.1: nothing follows our Close.
                _silent = true;
                _closed = true;
            }
            else if (_pongLength >= 0)
            {
                opcode = Opcode.Pong;
                length = Encode(opcode, _pong.AsSpan(0, _pongLength));
                _pongLength = -1;
            }
            else
            {
                request = _requests.First!.Value;
                _requests.RemoveFirst();
                opcode = request.Opcode;
                length = Encode(opcode, request.Payload);
            }
        }
        return Write(opcode, length, close, request);
    }

    private bool Write(Opcode opcode, int length, WebSocketCloseFrame? close, ControlRequest? request)
    {
        try
        {
            // Before the write: the answer may be here before the write returns.
            request?.Begin(clock.Now);
            if (close is not null)
                events.CloseBegun();
            link.Stream.Write(_control, 0, length);
        }
        catch (Exception e)
        {
            // The cause first: whoever finds the gate closed asks for it.
            events.WriteFailed(e);
            Silence();
            request?.End();
            // Its own call tells that the connection has ended; the interrupt strikes at the next wait.
            if (e is ThreadInterruptedException)
                Thread.CurrentThread.Interrupt();
            return false;
        }
        events.ControlWritten(opcode, length - FrameEncoder.HeaderLength(0));
        // Last: its caller goes on then, and may look at the counts.
        request?.SetWritten(clock.Now, link.Wire.BytesWritten);
        if (close is { } frame)
            events.CloseWritten(frame);
        return true;
    }

    private int Encode(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        uint key = RandomKeys.Next();
        int header = FrameEncoder.WriteHeader(_control, opcode, fin: true, rsv1: false, payload.Length, key);
        Mask.Copy(payload, _control.AsSpan(header), key, 0);
        return header + payload.Length;
    }
}
