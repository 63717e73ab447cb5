using System;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Threading;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Protocol.Messages;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Owner: everything here belongs to whoever has the turn to read (see ReadingTurn): the reader thread, or a receiver. But HoldsBack,
// ReadingIsPaused, PausedSince, LastLife and LastActivity others read. HoldsBack is written before a pong is told, and taken back when the
// inbox has what it stands for. The others are written in this order: paused, then the wait, then the time of resuming, then not paused; and
// read in the opposite one. So the heartbeat never takes the silence of a pause of our own for the peer's.

/// <summary>Reads, decodes, answers pings, delivers; until the connection ends. Reader thread, or who has borrowed its turn.</summary>
internal sealed partial class ReaderLoop
{
    // Messages handed over together wake a receiver once. Nobody should wait for those behind them, nor should much pile up before the inbox
    // counts it: so not too many; and messages with memory of their own, which may have been inflated, only up to so many bytes, and as
    // long as the next frame's payload is short.
    private const int LongestBatch = 1024;
    private const int MostHeldBack = 8 * 1024;
    private const int LongestToHoldBackFor = 1024;

    private readonly Link _link;
    private readonly MonotonicClock _clock;
    private readonly Inbox _inbox;
    private readonly SendGate _gate;
    private readonly PingLedger _pings;
    private readonly ConnectionLife _life;
    private readonly ConnectionCounters _counters;
    private readonly TimeSpan _closeTimeout;
    private readonly MessageDecoder _decoder;
    private readonly MessageInflater? _inflater;
    private readonly MessageQueue _batch = new();
    private readonly ReceiveBuffer _buffer;
    private bool _amongLong;    // The last message was a long one.
    private int _uncounted;     // Messages that the counters do not know yet.
    private long _uncountedBytes;
    private bool _isPublished;  // The message that is open is known to the inbox,
    private long _streamed;     // which has got so much of it.
    private bool _holdsBack;
    private bool _reading;
    private bool _paused;
    private long _pausedSince;
    private long _resumed;
    private long _lastActivity;

    public ReaderLoop(
        Link link,
        MonotonicClock clock,
        Inbox inbox,
        SendGate gate,
        PingLedger pings,
        ConnectionLife life,
        ConnectionCounters counters,
        WebSocketClientOptions options,
        MessageInflater? inflater,
        Action<FrameHeader>? onFrame)
    {
        _link = link;
        _clock = clock;
        _inbox = inbox;
        _buffer = new ReceiveBuffer(inbox);
        _gate = gate;
        _pings = pings;
        _life = life;
        _counters = counters;
        _closeTimeout = options.CloseTimeout;
        _decoder = new MessageDecoder(
            options.MaxMessageSize, onFrame, inflater, Math.Max(options.MaxMessageSize, options.MaxStreamedMessageSize), UninterruptedPool<byte>.Instance);
        _inflater = inflater;
        _lastActivity = clock.Now;
        _canLend = CanLend(link) && inflater is null && onFrame is null;
    }

    /// <summary>When the last pong was told, something of a message had come before it that the inbox has not got yet, and still may get.</summary>
    public bool HoldsBack => Volatile.Read(ref _holdsBack);

    /// <summary>Nothing is read, because the application does not receive.</summary>
    public bool ReadingIsPaused => Volatile.Read(ref _paused);

    /// <summary>When the last pause began.</summary>
    public long PausedSince => Volatile.Read(ref _pausedSince);

    /// <summary>When the last byte came, or reading was resumed.</summary>
    public long LastLife => Math.Max(Volatile.Read(ref _resumed), _link.Wire.LastRead);

    /// <summary>When anything but a pong last came, or reading was resumed.</summary>
    public long LastActivity => Math.Max(Volatile.Read(ref _resumed), Volatile.Read(ref _lastActivity));

    /// <summary>Blocks until the connection has ended; does not throw. False: it has not, but this thread must.</summary>
    public bool Run(ArraySegment<byte> earlyFrames)
    {
        try
        {
            _buffer.Take(earlyFrames);
            while (DecodeAll() && LendIfAwaited() && (GoesOnHeldUp() || Read()))
            {
            }
            Drain();
        }
        catch (Exception) when (SharedThread.IsAborted)
        {
            // The process, or the AppDomain, comes to its end, and the program's own threads are aborted like this one. None of them is told
            // that the connection broke: it would end in an exception that nobody expects.
            return false;
        }
        catch (Exception e) when (_reading)
        {
            // What streams throw differs by platform, and so do its codes: that it failed is all that is taken from it.
            _life.TryEnd(_life.Breakdown("The connection broke", e));
        }
        catch (Exception e)
        {
            _life.TryEnd(new Ending(WebSocketCloseCause.InternalError, "Unexpected: " + e.Message, e));
        }
        finally
        {
            // Nothing is given back at the end of the process, and a receiver that was aborted inside the inbox would be waited for in vain.
            if (!SharedThread.IsAborted)
                _buffer.Retire();
            _inflater?.Dispose();
            Volatile.Write(ref _holdsBack, false);
        }
        return !SharedThread.IsAborted;
    }

    // False: nothing more is to be decoded. A method of its own, for a loop that never returns is compiled but once, before anything is known
    // of what is inlined into it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool DecodeAll()
    {
        while (true)
        {
            TakeRow();
            bool some = _buffer.Start < _buffer.End;
            DecodeResult result = _decoder.Decode(_buffer.Data, ref _buffer.Start, _buffer.End);
            // A part of a message counts too; one of a pong is not worth telling apart.
            if (some && result != DecodeResult.Pong)
                NoteActivity();
            if (!Handle(result))
                return false;
            if (_isHeldUp || (result == DecodeResult.NeedMore && !_decoder.HasPart))
                return true;
        }
    }

    private void TakeRow()
    {
        int start = _buffer.Start;
        int count = _decoder.TakeRow(_buffer.Data, ref _buffer.Start, _buffer.End, LongestBatch - _batch.Count, out int payloads);
        if (count == 0)
            return;
        NoteActivity();
        _amongLong = false;
        _uncounted += count;
        _uncountedBytes += payloads;
        _batch.AddRow(_buffer.Chunk, start, _buffer.Start, count);
        if (_batch.Count == LongestBatch)
            Deliver();
    }

    private bool Handle(DecodeResult result)
    {
        switch (result)
        {
            case DecodeResult.NeedMore:
                Deliver();
                PublishUnfinished();
                Volatile.Write(ref _holdsBack, false);
                return true;
            case DecodeResult.Message:
                Enqueue();
                return true;
            case DecodeResult.Part:
                DeliverPart();
                return true;
            case DecodeResult.TooBig:
                Deliver();
                _isHeldUp = _isBorrowed;
                return _isHeldUp || AnybodyTakesIt() || Handle(_decoder.Refuse());
            case DecodeResult.Ping:
                _counters.PingReceived();
                _gate.PostPong(_decoder.Payload);
                _gate.TryFlush();
                return true;
            case DecodeResult.Pong:
                _counters.PongReceived();
                Volatile.Write(ref _holdsBack, _batch.Count > 0 || _decoder.HasUnfinished);
                if (_pings.Answer(_decoder.Payload, _clock.Now) is { } roundTrip)
                    ClientMetrics.RoundTrip(roundTrip);
                return true;
            case DecodeResult.Close:
                Deliver();
                OnClose(_decoder.ClosePayload);
                return false;
            default:
                Deliver();
                OnViolation(_decoder.Violation!);
                return false;
        }
    }

    private void NoteActivity() => Volatile.Write(ref _lastActivity, _link.Wire.LastRead);

    // Whoever wants to may take it in parts from now on.
    private void PublishUnfinished()
    {
        if (_decoder.HandsOutParts || !_decoder.HasUnfinished || _decoder.IsInPlace)
            return;
        _isPublished = true;
        if (!_inbox.Publish(_decoder.UnfinishedType, _decoder.Share(), out int handed))
            return;
        _decoder.HandOutParts(handed);
        _streamed = handed;
    }

    private bool AnybodyTakesIt()
    {
        PublishUnfinished();
        if (_decoder.HandsOutParts)
            return true;
        Pause();
        bool taken = _inbox.WaitForTaker();
        Resume();
        if (taken)
            PublishUnfinished();
        return taken;
    }

    private void DeliverPart()
    {
        _streamed += _decoder.Payload.Count;
        while (!_inbox.TryDeliver(_decoder.Payload, evenIfFull: _isBorrowed))
            WaitForRoom();
    }

    private void Enqueue()
    {
        _amongLong = _streamed + _decoder.PayloadLength >= MessageDecoder.DirectThreshold;
        _uncounted++;
        _uncountedBytes += _streamed + _decoder.PayloadLength;
        _streamed = 0;
        ArraySegment<byte> payload = _decoder.Payload;
        if (_decoder.PayloadIsInPlace && TryHandOver(ref payload))
            return;
        ReceivedMessage message = new(_decoder.MessageType, payload, _decoder.PayloadIsOwned ? null : _buffer.Chunk, _decoder.Pieces);
        if (_isPublished)
        {
            _isPublished = false;
            Count();
            if (_inbox.TryComplete(message))
                return;
        }
        _batch.Add(message);
        if (_batch.Count == LongestBatch || (message.Chunk is null && !MayHoldBack()))
            Deliver();
    }

    // The next one comes without delay: it is there as a whole, and does not take long even if it inflates to a thousand times its length.
    private bool MayHoldBack()
    {
        if (_batch.Charge >= MostHeldBack)
            return false;
        ReadOnlySpan<byte> next = _buffer.Data.AsSpan(_buffer.Start, _buffer.End - _buffer.Start);
        return FrameDecoder.Decode(next, allowsRsv1: true, out FrameHeader header, out _) == HeaderStatus.Done
            && header.PayloadLength <= LongestToHoldBackFor
            && header.PayloadLength <= next.Length - header.HeaderLength;
    }

    private void Deliver()
    {
        Count();
        _delivered += _batch.Count;
        while (_batch.Count > 0 && !_inbox.TryDeliver(_batch, evenIfFull: _isBorrowed))
            WaitForRoom();
    }

    // Before anybody can have the messages.
    private void Count()
    {
        if (_uncounted == 0)
            return;
        _counters.MessagesReceived(_uncounted, _uncountedBytes);
        _deliveredBytes += _uncountedBytes;
        _uncounted = 0;
        _uncountedBytes = 0;
    }

    private void WaitForRoom()
    {
        Pause();
        _inbox.WaitForRoom();
        Resume();
    }

    private void Pause()
    {
        Volatile.Write(ref _pausedSince, _clock.Now);
        Volatile.Write(ref _paused, true);
    }

    private void Resume()
    {
        Volatile.Write(ref _resumed, _clock.Now);
        Volatile.Write(ref _paused, false);
    }

    private void OnClose(ClosePayload payload)
    {
        WebSocketCloseFrame frame = new(payload.Status, payload.Description);
        _life.CloseReceived(frame);
        _life.TryEnd(new Ending(WebSocketCloseCause.RemoteClose, "The server closed the connection: " + frame + "."));
        _life.MustFinish(_clock.After(_closeTimeout));
        // 5.5.1: the answer echoes the status.
        _gate.PostClose(new WebSocketCloseFrame(frame.Status, null));
        _gate.TryFlush();
    }

    // 7.1.7: best-effort Close, then TCP goes.
    private void OnViolation(Violation violation)
    {
        WebSocketCloseCause cause = violation.CloseStatus switch
        {
            WebSocketCloseStatus.InvalidPayloadData => WebSocketCloseCause.InvalidPayload,
            WebSocketCloseStatus.MessageTooBig => WebSocketCloseCause.MessageTooBig,
            WebSocketCloseStatus.PolicyViolation => WebSocketCloseCause.PolicyFailed,
            _ => WebSocketCloseCause.ProtocolError,
        };
        _life.TryEnd(new Ending(cause, violation.Message));
        _life.MustFinish(_clock.After(TimeSpan.FromSeconds(1)));
        _gate.PostClose(new WebSocketCloseFrame(violation.CloseStatus, null));
        _gate.TryFlush();
    }

    // False: the stream has ended. A method of its own as well.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Read()
    {
        Forget();
        _readBefore = _link.Wire.LastRead;
        ArraySegment<byte> direct = _decoder.Direct;
        if (direct.Count > 0)
            return ReadDirect(direct);
        ArraySegment<byte> room = _buffer.GetRoom(_decoder.BytesWanted, _amongLong);
        int read = ReadStream(room.Array!, room.Offset, room.Count);
        _buffer.End += Math.Max(0, read);
        return read > 0 || EndOfStream();
    }

    private bool ReadDirect(ArraySegment<byte> direct)
    {
        while (true)
        {
            int read = ReadStream(direct.Array!, direct.Offset, direct.Count);
            if (read <= 0)
                return EndOfStream();
            NoteActivity();
            if (!Handle(_decoder.DirectFilled(read)))
                return false;
            direct = _decoder.Direct;
            if (direct.Count == 0 || _isBorrowed)
                return true;
        }
    }

    private int ReadStream(byte[] buffer, int offset, int count)
    {
        // What lies in the socket still, much of it perhaps, is nobody's any more.
        if (_link.IsKilled)
            return 0;
        _reading = true;
        int read = _link.Stream.Read(buffer, offset, count);
        _reading = false;
        return read;
    }

    private bool EndOfStream()
    {
        // What a read ends in when its thread is aborted differs.
        if (SharedThread.IsAborted)
            return false;
        _life.TryEnd(_life.Breakdown("The server, or something between, ended the connection without a Close frame (abnormal closure, 1006)"));
        return false;
    }

    // After a Close or a violation whatever has come behind it or still comes is discarded (1.4, 7.1.7) until the server closes TCP or the time is up.
    private void Drain()
    {
        byte[] discarded = _buffer.Clear();
        while (ReadStream(discarded, 0, discarded.Length) > 0)
        {
        }
    }
}
