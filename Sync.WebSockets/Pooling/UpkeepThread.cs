using System;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Pooling;

// Lock: _sync guards every field. The thread starts under it, so that there is one at most; the step runs outside of it.
//
// The thread holds the pool's insides, not the pool: one that the program has lost is collected, and its finalizer stops the thread.

/// <summary>A pool's own thread. It begins when something will be due, and ends when nothing has been for a second, or with the pool.</summary>
/// <param name="clock">Measures when it is due.</param>
/// <param name="startThread">Starts it.</param>
/// <param name="step">Does what is due and returns when to come again.</param>
internal sealed class UpkeepThread(MonotonicClock clock, Action<Thread> startThread, Func<long> step)
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    // A thread that is connecting is told to stop, but its logger and callbacks are foreign code.
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromMilliseconds(200);

    private readonly object _sync = new();
    private Thread? _thread;
    private long _due = MonotonicClock.Never;
    private bool _stopped;

    /// <summary>Has a step run at the given time at the latest. Does not wait.</summary>
    public void Schedule(long due)
    {
        if (due == MonotonicClock.Never)
            return;
        using (Hold.On(_sync))
        {
            if (_stopped || due >= _due)
                return;
            _due = due;
            if (_thread is not null)
                Monitor.Pulse(_sync);
            else
                TryStart_NeedsLock();
        }
    }

    /// <summary>No step begins any more. Waits a little for one that runs, if wanted.</summary>
    public void Stop(bool wait)
    {
        Thread? thread;
        using (Hold.On(_sync))
        {
            _stopped = true;
            Monitor.Pulse(_sync);
            thread = _thread;
        }
        if (!wait || thread is null || thread == Thread.CurrentThread)
            return;
        try
        {
            thread.Join(TimeToEnd);
        }
        catch (ThreadInterruptedException)
        {
            Thread.CurrentThread.Interrupt();
        }
    }

    // Renting goes on without it, and the next time that something is due it is tried again.
    private void TryStart_NeedsLock()
    {
        try
        {
            _thread = SharedThread.Start("pool", Run, startThread);
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            _due = MonotonicClock.Never;
            if (e is ThreadInterruptedException)
                Thread.CurrentThread.Interrupt();
        }
    }

    private void Run()
    {
        while (WaitUntilDue())
            Schedule(Step());
    }

    // A mistake in it must not take the process with it.
    private long Step()
    {
        try
        {
            return step();
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            return clock.After(Linger);
        }
    }

    // False: there is nothing to do, and the thread ends.
    private bool WaitUntilDue()
    {
        using (Hold.On(_sync))
        {
            Deadline linger = Deadline.After(clock, Linger);
            while (!_stopped)
            {
                if (_due <= clock.Now)
                {
                    _due = MonotonicClock.Never;
                    return true;
                }
                if (_due == MonotonicClock.Never && linger.HasPassed)
                    break;
                Deadline next = _due == MonotonicClock.Never ? linger : Deadline.After(clock, Timeout.InfiniteTimeSpan).OrAt(_due);
                Monitor.Wait(_sync, next.RemainingMilliseconds);
            }
            _thread = null;
            return false;
        }
    }
}
