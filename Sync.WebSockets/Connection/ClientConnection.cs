using System;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Wires the parts of one connection together and translates between them; every part guards its own state. It knows nothing of the
// public client, so the reader thread, which holds it, never keeps a client alive that the program has let go.
//
// Lock order: none, but that the inbox, with its lock held, calls the reader, which takes that of the turn to read. No other part calls another
// with its own lock held.

/// <summary>One open connection. Any thread.</summary>
internal sealed partial class ClientConnection : IGateEvents, ILifeEvents
{
    // A Send that does not let go of the gate in this time is stuck, so Dispose does not wait for it.
    private static readonly TimeSpan PatienceOfDispose = TimeSpan.FromMilliseconds(50);

    // When the connection has finished, or was killed, the reader is gone in milliseconds; this bounds the wait for it, and for its last log line.
    private static readonly TimeSpan TimeToDie = TimeSpan.FromMilliseconds(200);

    private readonly Opened _opened;
    private readonly WebSocketClientOptions _options;
    private readonly MonotonicClock _clock;
    private readonly Action<Thread> _startThread;
    private readonly HeartbeatThread _heartbeat;
    private readonly ConnectionLog _log;
    private readonly ConnectionCounters _counters = new();
    private readonly Inbox _inbox;
    private readonly PingLedger _pings;
    private readonly SendGate _gate;
    private readonly MessageSender _sender;
    private readonly ConnectionLife _life;
    private readonly ReaderLoop _reader;
    private readonly ConnectionBeat _beat;
    private readonly PolicyThread? _policy;
    private readonly long _openedAt;
    private Thread? _thread;    // The reader, as long as it is one: it serves another connection later, and changes this itself.

    public ClientConnection(
        Opened opened, WebSocketClientOptions options, ClientEnvironment environment, HeartbeatThread heartbeat, ConnectionLog log, Thread reader)
    {
        _opened = opened;
        _options = options;
        _clock = environment.Clock;
        _startThread = environment.StartThread;
        _heartbeat = heartbeat;
        _log = log;
        _thread = reader;
        _openedAt = _clock.Now;
        ulong seed = RandomKeys.Seed();
        _inbox = new Inbox(options.ReceiveQueueBytes, _clock);
        _pings = new PingLedger(seed);
        _life = new ConnectionLife(opened.Link, _clock, this);
        _gate = new SendGate(opened.Link, _clock, this);
        MessageDeflater? deflater = null;
        MessageInflater? inflater = null;
        if (opened.Deflate is { } agreed)
        {
            deflater = new MessageDeflater(agreed, options.Compression!.Level);
            inflater = new MessageInflater(agreed.ServerContextTakeover);
        }
        _sender = new MessageSender(_gate, opened.Link, _clock, options, OnTorn, Schedule, log.TracesFrames ? log.NoteSent : null, deflater);
        _reader = new ReaderLoop(
            opened.Link, _clock, _inbox, _gate, _pings, _life, _counters, options, inflater, log.TracesFrames ? log.FrameReceived : null);
        _beat = new ConnectionBeat(
            opened.Link, _clock, _gate, _sender, _pings, _reader, _life, options, _startThread, phase: seed % 1024 / 1024.0);
        if (options.HeartbeatPolicy is { } policy)
            _policy = new PolicyThread(PolicyThread.Make(policy), _clock, CheckHealth, new PolicyHands(_gate, _pings, _clock, _life, SendOfPolicy));
    }

    public Opened Opened => _opened;

    public WebSocketState State => _life.State;

    public WebSocketCloseFrame? ReceivedClose => _life.ReceivedClose;

    public TimeSpan? Latency => _pings.Latency;

    // In this order: what waits to be read while nobody reads, the reader has next; and what that holds no longer, the inbox has.
    public bool HasUnread => _reader.IsLeftUnread || _reader.HoldsBack || _inbox.HasUnread;

    public TimeSpan PingInterval
    {
        get => _beat.Interval;
        set
        {
            if (_policy is not null)
                return;
            _beat.ChangeInterval(value);
            Schedule(0);
        }
    }

    public TimeSpan PingTimeout
    {
        get => _beat.Timeout;
        set
        {
            _beat.ChangeTimeout(value);
            Schedule(0);
        }
    }

    /// <summary>Has the heartbeat begin. Throws when a thread that it needs cannot be started: then none of the promises could be kept.</summary>
    public void Start()
    {
        _heartbeat.Register(_beat, _startThread);
        _policy?.Start(_startThread);
    }

    /// <summary>The life of the reader thread from open to end. Does not throw.</summary>
    public void Run()
    {
        ClientMetrics.Opened();
        if (!_reader.Run(_opened.EarlyFrames))
            return;
        Finish();
        ClientMetrics.Closed(_life.Ending!.Cause);
        _log.FlushSent();
        _log.Closed(_life.Ending);
        _thread = null;
        _life.Leave();
    }

    /// <summary>In the place of <see cref="Run"/>, where nobody will have the connection. Does not throw.</summary>
    public void Discard()
    {
        _life.TryEnd(new Ending(WebSocketCloseCause.Aborted, "Nobody waits for the connection any more."));
        Finish();
    }

    public TimeSpan Ping(TimeSpan timeout)
    {
        ThrowIfOnOwnThread();
        Deadline deadline = Deadline.After(_clock, timeout);
        ControlRequest ping = _pings.NewUserPing(_clock.Now);
        try
        {
            _gate.Post(ping);
            _gate.TryFlush();
            switch (ping.WaitUntilAnswered(deadline))
            {
                case TakeResult.Taken: return ping.RoundTrip;
                case TakeResult.Closed: throw _life.ToException();
                default: throw new TimeoutException(FormattableString.Invariant($"No pong came within {timeout.TotalSeconds:0.###} s. The connection is still open."));
            }
        }
        finally
        {
            _gate.Withdraw(ping);
            _pings.Forget(ping);
        }
    }

    public void Pong(byte[] payload)
    {
        ThrowIfOnPolicyThread();
        Deadline deadline = Deadline.After(_clock, _options.SendTimeout);
        ControlRequest pong = new(Opcode.Pong, payload, pingId: 0, _clock.Now);
        TakeResult result;
        try
        {
            _gate.Post(pong);
            _gate.TryFlush();
            result = pong.WaitUntilWritten(deadline);
        }
        finally
        {
            _gate.Withdraw(pong);
        }
        if (result == TakeResult.Closed)
            throw _life.ToException();
        if (result == TakeResult.TimedOut)
            throw new TimeoutException("The pong found no room within SendTimeout. The connection is still open.");
    }

    /// <summary>Closes by the closing handshake, within CloseTimeout; returns normally in any case.</summary>
    public void Close(WebSocketCloseFrame frame)
    {
        ThrowIfOnPolicyThread();
        Deadline deadline = BeginClose(frame, "The program closed the connection.");
        if (!IsOnReaderThread && !_life.WaitUntilFinished(deadline))
            Kill();
        _log.FlushSent();
    }

    /// <summary>As Close, but does not wait for a Send that is stuck; and the reader thread is through with it, its logs too, after it.</summary>
    public void Dispose() => EndDispose(BeginDispose());

    /// <summary>The first half of Dispose, which does not wait: without the second one the heartbeat thread sees to the bound.</summary>
    public Deadline BeginDispose()
    {
        Deadline deadline = BeginClose(new WebSocketCloseFrame(WebSocketCloseStatus.NormalClosure, null), "The program disposed the client.");
        _inbox.Clear();
        return deadline;
    }

    /// <summary>The second half: waits for the end.</summary>
    public void EndDispose(Deadline deadline)
    {
        if (IsOnReaderThread || IsOnPolicyThread)
            return;
        try
        {
            WaitForEnd(deadline);
        }
        catch (ThreadInterruptedException)
        {
            // Dispose does not throw; the heartbeat thread sees to the rest.
            Thread.CurrentThread.Interrupt();
        }
    }

    private void WaitForEnd(Deadline deadline)
    {
        Deadline patience = deadline.OrAt(_clock.After(PatienceOfDispose));
        bool finished = _life.WaitUntilFinished(patience) || (!IsSendStuck && _life.WaitUntilFinished(deadline)) || Kill();
        _log.FlushSent();
        if (finished)
            _life.WaitUntilLeft(Deadline.After(_clock, TimeToDie));
    }

    public void Abort(string reason) => _life.Cut(new Ending(WebSocketCloseCause.Aborted, reason));

    /// <summary>For the finalizer: sets a flag and wakes the heartbeat thread.</summary>
    public void Abandon()
    {
        _beat.Abandon();
        Schedule(0);
    }

    public bool WaitForClose(TimeSpan timeout)
    {
        ThrowIfOnOwnThread();
        return _life.WaitUntilFinished(Deadline.After(_clock, timeout));
    }

    public WebSocketHealth CheckHealth()
    {
        long now = _clock.Now;
        (int messages, double fill) = _inbox.Load;
        ControlRequest? oldest = _pings.OldestOfHeartbeat;
        return new WebSocketHealth
        {
            State = State,
            Age = Since(_openedAt),
            Latency = Latency,
            SinceLastReceived = Since(_opened.Link.Wire.LastRead),
            SinceLastActivity = Since(_reader.LastActivity),
            UnansweredPings = _pings.UnansweredOfHeartbeat,
            OldestUnansweredPing = oldest is null ? null : Since(oldest.DueAt),
            QueuedMessages = messages,
            QueueFill = fill,
            ReadingIsPaused = _reader.ReadingIsPaused,
        };

        TimeSpan Since(long time) => TimeSpan.FromTicks(Math.Max(0, now - time));
    }

    public WebSocketStatistics GetStatistics()
    {
        WebSocketStatistics statistics = _counters.ToStatistics();
        statistics.WireBytesSent = _opened.Link.Wire.BytesWritten;
        statistics.WireBytesReceived = _opened.Link.Wire.BytesRead;
        statistics.Latency = Latency;
        statistics.Age = TimeSpan.FromTicks(_clock.Now - _openedAt);
        return statistics;
    }

    void IGateEvents.ControlWritten(Opcode opcode, int payloadLength)
    {
        _counters.ControlSent(opcode);
        // How long the pong takes is measured.
        if (opcode == Opcode.Ping)
            _inbox.Turn.CallReader(always: true);
        _log.NoteSent(opcode, fin: true, payloadLength);
    }

    void IGateEvents.CloseBegun() => _life.CloseBegun();

    void IGateEvents.CloseWritten(WebSocketCloseFrame frame) => _life.CloseSent(frame);

    void IGateEvents.WriteFailed(Exception exception) => OnTorn(exception);

    void IGateEvents.RetryLater() => Schedule(_beat.RetryAt);

    void ILifeEvents.Ending()
    {
        _gate.CloseForAllButClose();
        _sender.Close();
        _pings.End();
        _inbox.Close();
        _policy?.Stop();
    }

    void ILifeEvents.MustFinish(long at) => Schedule(at);

    private bool IsOnReaderThread => Thread.CurrentThread == _thread || _reader.IsReadByThisThread;

    private bool IsOnPolicyThread => _policy is { IsCurrent: true };

    private bool IsSendStuck => !_life.IsCloseSent && _gate.IsHeld;

    private Deadline BeginClose(WebSocketCloseFrame frame, string reason)
    {
        Deadline deadline = Deadline.After(_clock, _options.CloseTimeout);
        // Only whoever sets the cause posts its frame: a receiver that this frees may close, too, and be faster.
        if (_life.TryEnd(new Ending(WebSocketCloseCause.LocalClose, reason)))
            _gate.PostClose(frame);
        _life.MustFinish(deadline.At);
        _gate.TryFlush();
        return deadline;
    }

    private void Finish()
    {
        _gate.Free();
        _life.Finish();
        _heartbeat.Unregister(_beat);
    }

    private bool Kill()
    {
        _opened.Link.Kill();
        return _life.WaitUntilFinished(Deadline.After(_clock, TimeToDie));
    }

    private void ThrowIfOnPolicyThread()
    {
        if (IsOnPolicyThread)
            throw new InvalidOperationException("A HeartbeatPolicy must not call its own client where that may block; return an action instead.");
    }

    // A logger or a listener of metrics may call from the reader thread.
    private void ThrowIfOnOwnThread()
    {
        ThrowIfOnPolicyThread();
        if (IsOnReaderThread)
            throw new InvalidOperationException("What runs on the client's reading thread, such as a logger, must not wait in Receive, Ping or WaitForClose: nothing comes while it waits.");
    }

    private void Schedule(long at) => _heartbeat.Schedule(_beat, at);

    private void OnTorn(Exception? exception)
    {
        if (exception is null)
            _life.Cut(new Ending(WebSocketCloseCause.SendTimeout, "A message was partly sent when SendTimeout ran out."));
        else if (exception is ThreadInterruptedException or ThreadAbortException)
            _life.Cut(new Ending(WebSocketCloseCause.Aborted, "A thread was interrupted while it sent, with its message or frame partly sent.", exception));
        else
            _life.WriteFailed(exception);
    }
}
