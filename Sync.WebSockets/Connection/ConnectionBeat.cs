using System;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Protocol.Heartbeat;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Owner: _heartbeat, _stall, _idle, _delivery, _posted, _expected, _late and _grace belong to who runs a step. _interval, _timeout, _changed and
// _abandoned are written by others and read here: plain facts, published by Volatile. Only _changed is taken back, before what it tells of is
// read: by a full fence, or a change meanwhile could be taken back with it, unread.

/// <summary>What the heartbeat thread does for one connection: pings, deadlines, and control frames that found no room.</summary>
internal sealed class ConnectionBeat(
    Link link,
    MonotonicClock clock,
    SendGate gate,
    MessageSender sender,
    PingLedger pings,
    ReaderLoop reader,
    ConnectionLife life,
    WebSocketClientOptions options,
    Action<Thread> startThread,
    double phase) : Beat
{
    // How soon a control frame that found no room is tried again: within 50 ms, even where the pool starves and the timer with it.
    private const long Retry = 10 * TimeSpan.TicksPerMillisecond;

    // How soon a peer is looked at again whose bytes have come but have not been read yet.
    private const long LookAgain = 10 * TimeSpan.TicksPerMillisecond;

    // A write that is not done though the socket has room is held up by this process rather than by the server, and gets so much more.
    private const long Grace = 250 * TimeSpan.TicksPerMillisecond;

    // On Mono a TLS stream hands even a blocking write to the thread pool, so a write may wait for as long as the pool starves, however
    // much room the socket has. The heartbeat thread must not wait, so there it leaves such writes to this one. Where it blocks, the
    // pings of other TLS connections wait with it, as they would anyway; what finds dead peers does not.
    private static readonly WorkerThread<SendGate> Flusher = new("flush", static gate => gate.TryFlush());

    private readonly PingPongHeartbeat _heartbeat = new(
        clock.Now, IntervalOf(options), MonotonicClock.Ticks(options.PingTimeout), phase);

    private readonly StallWatch _stall = new();
    private readonly long _idleTimeout = MonotonicClock.Ticks(options.ReceiveIdleTimeout);
    private readonly PingDelivery _delivery = new(link);
    private ControlRequest? _posted;
    private long _interval = IntervalOf(options);
    private long _timeout = MonotonicClock.Ticks(options.PingTimeout);
    private Patience _idle;
    private long _expected = clock.Now;
    private long _late;
    private (long Bound, long Until) _grace;
    private bool _changed;
    private bool _abandoned;

    /// <summary>When posted frames that found no room are due again.</summary>
    public long RetryAt => clock.Now + Retry;

    public TimeSpan Interval => ToTimeSpan(Volatile.Read(ref _interval));

    public TimeSpan Timeout => ToTimeSpan(Volatile.Read(ref _timeout));

    /// <summary>Any thread: a new interval. The next step, to be scheduled at once, takes it over.</summary>
    public void ChangeInterval(TimeSpan interval)
    {
        Volatile.Write(ref _interval, MonotonicClock.Ticks(interval));
        Volatile.Write(ref _changed, true);
    }

    /// <summary>Any thread: a new timeout. The next step, to be scheduled at once, takes it over.</summary>
    public void ChangeTimeout(TimeSpan timeout)
    {
        Volatile.Write(ref _timeout, MonotonicClock.Ticks(timeout));
        Volatile.Write(ref _changed, true);
    }

    /// <summary>Any thread: nobody holds the client any more. The next step, to be scheduled at once, cuts the connection.</summary>
    public void Abandon() => Volatile.Write(ref _abandoned, true);

    public override void Fail(Exception exception) =>
        life.Cut(new Ending(WebSocketCloseCause.InternalError, "Unexpected, in the heartbeat: " + exception.Message, exception));

    public override long Step(long now)
    {
        if (life.IsFinished)
            return MonotonicClock.Never;
        _late = Math.Max(0, now - _expected);
        if (Volatile.Read(ref _abandoned))
            life.Cut(new Ending(WebSocketCloseCause.Aborted, "The client was collected without being closed or disposed."));
        bool isHeldUpHere = IsHeldUpHere(now);
        if (!isHeldUpHere && sender.TryExpire(now))
            life.Cut(new Ending(WebSocketCloseCause.SendTimeout, "A message was partly sent when its time ran out (SendTimeout; for a HeartbeatPolicy's message the time until its next step): the server reads too slowly, or not at all."));
        long finishBy = life.FinishBy;
        if (finishBy <= now)
        {
            life.FinishNow();
            return MonotonicClock.Never;
        }
        Flush();
        long next = Math.Min(finishBy, isHeldUpHere ? now + LookAgain : sender.Bound);
        if (life.Ending is null)
            next = Math.Min(Math.Min(next, NextGlance(now)), Math.Min(StepHeartbeat(now), Math.Min(StepStall(now), StepIdle(now))));
        _expected = next;
        return next;
    }

    private bool IsHeldUpHere(long now)
    {
        long bound = sender.Bound;
        if (now < bound || sender.WritingSince is null)
            return false;
        if (_grace.Bound != bound)
            _grace = (bound, now + Grace);
        return now < _grace.Until && link.CanWriteNow();
    }

    private long StepHeartbeat(long now)
    {
        if (Volatile.Read(ref _changed))
        {
            Volatile.Write(ref _changed, false);
            Interlocked.MemoryBarrier();
            _heartbeat.Change(Volatile.Read(ref _interval), Volatile.Read(ref _timeout));
        }
        switch (_heartbeat.Step(now, _late, Facts(now), out long next))
        {
            case PingPongAction.SendPing:
                PostPing(now);
                return now;
            // The last look: what lies unread in the socket is a sign of life.
            case PingPongAction.GiveUp when link.HasUnreadBytes():
                return now + LookAgain;
            case PingPongAction.GiveUp:
                GiveUp();
                return MonotonicClock.Never;
            default:
                return Math.Min(next, _delivery.NextLook);
        }
    }

    // Only a step that was due can be late. So while something is judged, steps are due often enough to notice that we did not run.
    private long NextGlance(long now)
    {
        long bound = Math.Min(_idleTimeout, reader.ReadingIsPaused || pings.OldestOfHeartbeat is not null ? Volatile.Read(ref _timeout) : MonotonicClock.Never);
        return bound == MonotonicClock.Never ? MonotonicClock.Never : now + Math.Max(Patience.Late, bound / 8);
    }

    private PingPongFacts Facts(long now)
    {
        bool paused = reader.ReadingIsPaused;
        ControlRequest? oldest = pings.OldestOfHeartbeat;
        long written = oldest?.WrittenAt ?? 0;
        return new PingPongFacts(
            reader.LastLife,
            oldest is null ? null : written != 0 ? written : oldest.DueAt,
            _delivery.Look(oldest, now, Volatile.Read(ref _timeout)),
            PingIsWaiting: oldest is not null && written == 0,
            _delivery.IsDelivered,
            paused);
    }

    // One that still waits for the gate is enough.
    private void PostPing(long now)
    {
        if (_posted is { WrittenAt: 0 })
            return;
        _posted = pings.NewHeartbeatPing(now);
        gate.Post(_posted);
        Flush();
    }

    private long StepStall(long now)
    {
        long interval = Volatile.Read(ref _interval);
        long timeout = Volatile.Read(ref _timeout);
        if (!reader.ReadingIsPaused || interval == MonotonicClock.Never || timeout == MonotonicClock.Never)
            return MonotonicClock.Never;
        long lastMove = Math.Max(sender.WritingSince ?? now, Math.Max(link.Wire.LastWritten, reader.PausedSince));
        long due = _stall.Deadline(now, _late, interval + timeout, link.ReadAcknowledged(), lastMove);
        if (now < due)
            return Math.Min(due, now + interval);
        life.Cut(new Ending(WebSocketCloseCause.SendStalled, Invariant(
            $"A Send got nothing on for {ToTimeSpan(interval + timeout).TotalSeconds:0.###} s (PingInterval + PingTimeout) while the receive queue was full: either both sides wait for the other one to read, or the server is gone. Receive while you send, or raise ReceiveQueueBytes.")));
        return MonotonicClock.Never;
    }

    private long StepIdle(long now)
    {
        long due = _idle.Deadline(now, _late, reader.ReadingIsPaused ? now : reader.LastActivity, _idleTimeout);
        if (now < due)
            return due;
        // What a receiver has left above the socket, the reader comes upon soon.
        if (link.HasUnreadBytes() || reader.IsLent)
            return now + LookAgain;
        string message = Invariant($"Nothing but pongs came for {options.ReceiveIdleTimeout.TotalSeconds:0.###} s (ReceiveIdleTimeout).");
        EndWith(new Ending(WebSocketCloseCause.ReceiveIdleTimeout, message, new TimeoutException(message)), "receive idle timeout");
        return MonotonicClock.Never;
    }

    private void GiveUp()
    {
        string message = Invariant(
            $"The server has been silent for {ToTimeSpan(_timeout).TotalSeconds:0.###} s (PingTimeout) since a ping: it is dead or unreachable.");
        EndWith(new Ending(WebSocketCloseCause.HeartbeatTimeout, message, new TimeoutException(message)), "heartbeat timeout");
    }

    // A Close goes out only if gate and socket are free: whoever is given up is hardly there to read it.
    private void EndWith(Ending ending, string closeReason)
    {
        if (!life.TryEnd(ending))
            return;
        gate.PostClose(new WebSocketCloseFrame(WebSocketCloseStatus.InternalServerError, closeReason));
        Flush();
        link.Kill();
    }

    // A policy of the user's own takes the place of ping and pong.
    private static long IntervalOf(WebSocketClientOptions options) =>
        options.HeartbeatPolicy is null ? MonotonicClock.Ticks(options.PingInterval) : MonotonicClock.Never;

    private void Flush()
    {
        if (!link.WritesNeedThreadPool)
            gate.TryFlush();
        else if (gate.HasPosted)
            Flusher.Enqueue(gate, startThread);
    }

    private static TimeSpan ToTimeSpan(long ticks) =>
        ticks == MonotonicClock.Never ? System.Threading.Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(ticks);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
