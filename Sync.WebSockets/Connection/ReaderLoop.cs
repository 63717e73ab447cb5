using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Protocol.Messages;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Owner: everything here belongs to the reader thread, but for HoldsBack, ReadingIsPaused, PausedSince, LastLife and LastActivity, which
// others read. HoldsBack is written before a pong is told, and taken back when the inbox has what it stands for. The others are written in
// this order: paused, then the wait, then the time of resuming, then not paused; and read in the opposite one. So the heartbeat never
// takes the silence of a pause of our own for the peer's.

/// <summary>Reads, decodes, answers pings, delivers; until the connection ends. Reader thread only.</summary>
internal sealed class ReaderLoop
{
    private const int SmallChunk = 4 * 1024;
    private const int LargeChunk = 64 * 1024;

    // Messages handed over at once, so that a chunk full of empty ones does not pile up before the inbox counts it; for the same reason one
    // that has memory of its own is handed over at once, since a chunk may hold many that are long when inflated.
    private const int LongestBatch = 256;

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
    private readonly Queue<ReceivedMessage> _batch = new();
    private ReceiveChunk _chunk = new(SmallChunk);
    private int _start;
    private int _end;
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
        _gate = gate;
        _pings = pings;
        _life = life;
        _counters = counters;
        _closeTimeout = options.CloseTimeout;
        _decoder = new MessageDecoder(options.MaxMessageSize, onFrame, inflater, Math.Max(options.MaxMessageSize, options.MaxStreamedMessageSize));
        _inflater = inflater;
        _lastActivity = clock.Now;
    }

    /// <summary>When the last pong was told, something of a message had come before it that the inbox has not got yet.</summary>
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
            Take(earlyFrames);
            while (DecodeAll() && Read())
            {
            }
            Drain();
        }
        catch (Exception) when (IsAborted)
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
            _inbox.Retire(_chunk);
            _inflater?.Dispose();
        }
        return !IsAborted;
    }

    private void Take(ArraySegment<byte> earlyFrames)
    {
        if (earlyFrames.Count > _chunk.Data.Length)
            SwitchChunk(earlyFrames.Count);
        earlyFrames.AsSpan().CopyTo(_chunk.Data);
        _end = earlyFrames.Count;
    }

    // False: nothing more is to be decoded.
    private bool DecodeAll()
    {
        while (true)
        {
            bool some = _start < _end;
            DecodeResult result = _decoder.Decode(_chunk.Data, ref _start, _end);
            // A part of a message counts too; one of a pong is not worth telling apart.
            if (some && result != DecodeResult.Pong)
                NoteActivity();
            if (!Handle(result))
                return false;
            if (result == DecodeResult.NeedMore && !_decoder.HasPart)
                return true;
        }
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
                return AnybodyTakesIt() || Handle(_decoder.Refuse());
            case DecodeResult.Ping:
                _counters.PingReceived();
                _gate.PostPong(_decoder.Payload);
                _gate.TryFlush();
                return true;
            case DecodeResult.Pong:
                _counters.PongReceived();
                Volatile.Write(ref _holdsBack, _batch.Count > 0 || _decoder.Unfinished is not null);
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

    // .NET Framework and Mono. What a read ends in then differs.
    private static bool IsAborted => Thread.CurrentThread.ThreadState.HasFlag(ThreadState.AbortRequested);

    private void NoteActivity() => Volatile.Write(ref _lastActivity, _link.Wire.LastRead);

    // Whoever wants to may take it in parts from now on.
    private void PublishUnfinished()
    {
        if (_decoder.HandsOutParts || _decoder.Unfinished is not { } content)
            return;
        _isPublished = true;
        if (!_inbox.Publish(_decoder.UnfinishedType, content, out int handed))
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
        while (!_inbox.TryDeliver(_decoder.Payload))
            WaitForRoom();
    }

    private void Enqueue()
    {
        _counters.MessageReceived(_streamed + _decoder.Payload.Count);
        _streamed = 0;
        if (_isPublished)
        {
            _isPublished = false;
            if (_inbox.TryComplete(_decoder.Payload))
            {
                _decoder.ForgetBuffer();
                return;
            }
        }
        _batch.Enqueue(new ReceivedMessage(_decoder.MessageType, _decoder.Payload, _decoder.PayloadIsOwned ? null : _chunk));
        if (_batch.Count >= LongestBatch || _decoder.PayloadIsOwned)
            Deliver();
    }

    private void Deliver()
    {
        while (_batch.Count > 0 && !_inbox.TryDeliver(_batch))
            WaitForRoom();
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

    // False: the stream has ended.
    private bool Read()
    {
        ArraySegment<byte> direct = _decoder.Direct;
        if (direct.Count > 0)
            return ReadDirect(direct);
        MakeRoom();
        int read = ReadStream(_chunk.Data, _end, _chunk.Data.Length - _end);
        _end += Math.Max(0, read);
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
            DecodeResult result = _decoder.DirectFilled(read);
            if (!Handle(result))
                return false;
            direct = _decoder.Direct;
            if (direct.Count == 0)
                return true;
        }
    }

    private int ReadStream(byte[] buffer, int offset, int count)
    {
        _reading = true;
        int read = _link.Stream.Read(buffer, offset, count);
        _reading = false;
        return read;
    }

    private bool EndOfStream()
    {
        if (IsAborted)
            return false;
        _life.TryEnd(_life.Breakdown("The server, or something between, ended the connection without a Close frame (abnormal closure, 1006)"));
        return false;
    }

    // After a Close or a violation whatever has come behind it or still comes is discarded (1.4, 7.1.7) until the server closes TCP or the time is up.
    private void Drain()
    {
        _start = _end = 0;
        SwitchChunk(SmallChunk);
        while (ReadStream(_chunk.Data, 0, _chunk.Data.Length) > 0)
        {
        }
    }

    // Room for at least what the decoder waits for. While messages of the chunk are queued it is filled on behind them; once none is,
    // from the front again. It grows when it came full, because more is waiting then, and shrinks when little came.
    private void MakeRoom()
    {
        int size = _chunk.Data.Length;
        int wanted = _decoder.BytesWanted;
        if (!_inbox.IsUnused(_chunk))
        {
            if (size - _end < size / 8 || size - _start < wanted)
                SwitchChunk(LargeChunk);
            return;
        }
        int best = _end == size ? LargeChunk : _end < size / 8 ? SmallChunk : size;
        best = Math.Max(best, wanted);
        if (best > size || (best < size && best == SmallChunk))
        {
            // What little comes is no reason to keep so much; nor may the pool, which would keep it for this thread as long as that lives.
            SwitchChunk(best, toPool: best > size);
            return;
        }
        Buffer.BlockCopy(_chunk.Data, _start, _chunk.Data, 0, _end - _start);
        _end -= _start;
        _start = 0;
    }

    private void SwitchChunk(int size, bool toPool = true)
    {
        ReceiveChunk next = new(size);
        Buffer.BlockCopy(_chunk.Data, _start, next.Data, 0, _end - _start);
        if (toPool)
            _inbox.Retire(_chunk);
        _chunk = next;
        _end -= _start;
        _start = 0;
    }
}
