using System;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// A connection ends in two steps. First the cause: set once, by whoever finds it first, before anything is disposed; from then on
// calls fail with it. Then the end: the closing handshake and TCP, which the reader sees through, in a time that the heartbeat thread
// enforces.
//
// Lock: _sync guards _close, _finishBy and _left. _ending changes once, by compare-and-swap, and outside of the lock: whoever waits for it there
// looks first, and is woken under the lock after the change. No callback is made under the lock.

/// <summary>The facts of a connection's life, and the first cause of its end. Any thread.</summary>
internal sealed class ConnectionLife(Link link, MonotonicClock clock, ILifeEvents events)
{
    // The reader finds the cause within the time that a failed write gives it; the rest is for a machine that is slow.
    private static readonly TimeSpan LongestWaitForCause = TimeSpan.FromSeconds(5);

    // After a write failed, what the server sent before it went may still be read, and its Close frame is a better cause.
    private static readonly TimeSpan LongestWaitAfterFailedWrite = TimeSpan.FromSeconds(1);

    // After both Close frames the server closes TCP first (7.1.1); one that does not is not worth waiting for.
    private static readonly TimeSpan LongestWaitForFin = TimeSpan.FromSeconds(1);

    private readonly object _sync = new();
    private readonly CloseHandshake _close = new();
    private Ending? _ending;
    private Exception? _writeFailure;
    private long _finishBy = MonotonicClock.Never;
    private bool _left;

    /// <summary>The first cause; null as long as the connection is open.</summary>
    public Ending? Ending => Volatile.Read(ref _ending);

    public bool IsFinished
    {
        get
        {
            using (Hold.On(_sync))
                return _close.Ended;
        }
    }

    /// <summary>When the connection has to be gone at the latest.</summary>
    public long FinishBy
    {
        get
        {
            using (Hold.On(_sync))
                return _finishBy;
        }
    }

    public WebSocketState State
    {
        get
        {
            using (Hold.On(_sync))
            {
                return Ending?.Cause switch
                {
                    null => _close.State,
                    WebSocketCloseCause.RemoteClose when !link.IsKilled => _close.State,
                    // Our Close may still be on its way, and the server's, or the answer, be here already.
                    WebSocketCloseCause.LocalClose when !link.IsKilled && _close.State != WebSocketState.Closed => WebSocketState.CloseSent,
                    WebSocketCloseCause.Aborted => WebSocketState.Aborted,
                    // Over for the program, whatever Close frame is sent to say so, and though the reader may not know yet.
                    _ => WebSocketState.Closed,
                };
            }
        }
    }

    public WebSocketCloseFrame? ReceivedClose
    {
        get
        {
            using (Hold.On(_sync))
                return _close.Received;
        }
    }

    public bool IsCloseSent
    {
        get
        {
            using (Hold.On(_sync))
                return _close.Sent is not null;
        }
    }

    /// <summary>The first cause wins. True: this was it.</summary>
    public bool TryEnd(Ending ending)
    {
        if (!TrySet(ending))
            return false;
        Tell();
        return true;
    }

    /// <summary>
    /// A write failed, so nothing more can be sent. Why is the reader's to find out: it may still come upon the server's Close frame.
    /// If it finds nothing in time, this is the cause.
    /// </summary>
    public void WriteFailed(Exception exception)
    {
        Interlocked.CompareExchange(ref _writeFailure, exception, null);
        MustFinish(clock.After(LongestWaitAfterFailedWrite));
    }

    /// <summary>The time is up: cuts the connection, for the cause that is known or else for the failed write.</summary>
    public void FinishNow() => Cut(Breakdown("Sending failed"));

    /// <summary>A cause for when TCP or TLS ended or failed, with what may have led to it.</summary>
    public Ending Breakdown(string what, Exception? exception = null)
    {
        exception ??= Volatile.Read(ref _writeFailure);
        // This process has run out of memory in the middle of a read or write: nothing is wrong with the network.
        WebSocketCloseCause cause = exception?.GetBaseException() is OutOfMemoryException ? WebSocketCloseCause.InternalError : WebSocketCloseCause.NetworkError;
        return new Ending(cause, exception is null ? what + "." : what + ": " + exception.GetBaseException().Message, exception);
    }

    /// <summary>Ends the connection without a closing handshake: whoever is blocked on it is freed in milliseconds.</summary>
    public void Cut(Ending ending)
    {
        // In this order: the cause, so that nothing else becomes it; the cut; and only then those who wait. A reader that was told before the
        // cut would go on reading, and a Send that is given up as stalled could still get through.
        bool first = TrySet(ending);
        link.Kill();
        if (first)
            Tell();
    }

    public void CloseBegun()
    {
        using (Hold.On(_sync))
            _close.BeginSend();
    }

    public void CloseSent(WebSocketCloseFrame frame)
    {
        bool nothingMoreToSend;
        using (Hold.On(_sync))
        {
            _close.Send(frame);
            // Only after a Close of our own accord the server's is still to come.
            nothingMoreToSend = _close.IsComplete || Ending is not { Cause: WebSocketCloseCause.LocalClose };
        }
        if (nothingMoreToSend)
            FinishSoon();
    }

    public void CloseReceived(WebSocketCloseFrame frame)
    {
        bool complete;
        using (Hold.On(_sync))
        {
            _close.Receive(frame);
            complete = _close.IsComplete;
        }
        if (complete)
            FinishSoon();
    }

    /// <summary>Has the connection gone by then.</summary>
    public void MustFinish(long at)
    {
        using (Hold.On(_sync))
        {
            if (at >= _finishBy)
                return;
            _finishBy = at;
        }
        events.MustFinish(at);
    }

    /// <summary>Reader: TCP is gone.</summary>
    public void Finish()
    {
        using (Hold.On(_sync))
        {
            _close.End();
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>Blocks until TCP is gone. False: the time was up first.</summary>
    public bool WaitUntilFinished(Deadline deadline)
    {
        using (Hold.On(_sync))
            return WaitFor_NeedsLock(() => _close.Ended, deadline);
    }

    /// <summary>Reader: it turns to something else, and its last log line is written.</summary>
    public void Leave()
    {
        using (Hold.On(_sync))
        {
            _left = true;
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>Blocks until the reader has left. False: the time was up first.</summary>
    public bool WaitUntilLeft(Deadline deadline)
    {
        using (Hold.On(_sync))
            return WaitFor_NeedsLock(() => _left, deadline);
    }

    /// <summary>A new exception for a call that the end of the connection has made impossible.</summary>
    public WebSocketClosedException ToException(bool sendOutcomeUnknown = false)
    {
        using (Hold.On(_sync))
        {
            // After a failed write a call may be here before the cause is known.
            WaitFor_NeedsLock(() => Ending is not null, Deadline.After(clock, LongestWaitForCause));
            Ending ending = Ending ?? new Ending(WebSocketCloseCause.InternalError, "The connection ended without a cause.");
            return new WebSocketClosedException(
                ending.Message, ending.Cause, _close.Received, _close.Sent, _close.ReceivedFirst, ending.Exception, sendOutcomeUnknown);
        }
    }

    private bool TrySet(Ending ending) => Interlocked.CompareExchange(ref _ending, ending, null) is null;

    private void Tell()
    {
        using (Hold.On(_sync))
            Monitor.PulseAll(_sync);
        events.Ending();
    }

    private bool WaitFor_NeedsLock(Func<bool> fact, Deadline deadline)
    {
        while (!fact())
        {
            int milliseconds = deadline.RemainingMilliseconds;
            if (milliseconds == 0)
                return false;
            Monitor.Wait(_sync, milliseconds);
        }
        return true;
    }

    // FIN behind our last frame: everything sent before it still arrives, and a server that waits for ours to close does not wait.
    private void FinishSoon()
    {
        link.ShutdownSend();
        MustFinish(clock.After(LongestWaitForFin));
    }
}
