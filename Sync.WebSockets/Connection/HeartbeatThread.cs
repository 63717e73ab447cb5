using System;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// One thread for all connections of the process (on .NET Framework: of the AppDomain). It ends when no connection has been left for
// a second, and a new one starts with the next connection.
//
// A timer wakes it. Timers run on the thread pool, and a starved pool runs none for as long as it starves, so the thread's own timed
// wait ends a little later than the timer would have: that is the safety net, and costs nothing while the timer works.
//
// Lock: _sync guards the heap, the beats' places in it and _running. Steps run outside of it. Nothing a step does waits, so
// one connection cannot keep another's heartbeat from running; user code and logging have no place here for the same reason.
//
// Every message that is sent has its bound scheduled, and the next step is nearly always due before that. So Schedule first looks without the
// lock: a step that is due early enough and has not begun will see what the caller has written before. Due becomes "never" before a step
// begins, and both sides have a full fence between what they write and what they read; so either Schedule finds that, or the step sees it all.

/// <summary>Runs every connection's heartbeat step when it is due.</summary>
internal sealed class HeartbeatThread(MonotonicClock clock)
{
    private const int SafetyNetMilliseconds = 20;

    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly object _sync = new();
    private readonly BeatHeap _beats = new();
    private bool _running;

    public static HeartbeatThread Shared { get; } = new(MonotonicClock.System);

    /// <summary>Takes a connection in; its first step runs at once. Throws when no thread can be started.</summary>
    public void Register(Beat beat, Action<Thread> startThread)
    {
        using (Hold.On(_sync))
        {
            if (!_running)
            {
                SharedThread.Start("heartbeat", Run, startThread);
                _running = true;
            }
            beat.IsRegistered = true;
            beat.Due = 0;
            _beats.Add(beat);
            Monitor.Pulse(_sync);
        }
    }

    /// <summary>Lets a connection go. Its step may be running at this moment; it runs never again.</summary>
    public void Unregister(Beat beat)
    {
        using (Hold.On(_sync))
        {
            if (!beat.IsRegistered)
                return;
            beat.IsRegistered = false;
            if (beat.Position >= 0)
                _beats.Remove(beat);
            if (_beats.Count == 0)
                Monitor.Pulse(_sync);
        }
    }

    /// <summary>Has a connection's step run at the given time at the latest.</summary>
    public void Schedule(Beat beat, long due)
    {
        Interlocked.MemoryBarrier();
        if (beat.Due <= due)
            return;
        using (Hold.On(_sync))
        {
            if (!beat.IsRegistered || beat.Due <= due)
                return;
            beat.Due = due;
            // While its step runs it is not in the heap; the loop looks at Due when it puts it back.
            if (beat.Position < 0)
                return;
            _beats.Moved(beat);
            if (beat.Position == 0)
                Monitor.Pulse(_sync);
        }
    }

    private void Run()
    {
        // Not disposed when the thread is aborted, since a timer cannot be disposed any more then.
        ITimer timer = clock.Time.CreateTimer(static thread => ((HeartbeatThread)thread!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (WaitForNext(timer) is { } beat)
        {
            long next = Step(beat);
            using (Hold.On(_sync))
            {
                if (!beat.IsRegistered)
                    continue;
                beat.Due = Math.Min(beat.Due, next);
                _beats.Add(beat);
            }
        }
        timer.Dispose();
    }

    // One connection's mistake must not take the others' heartbeat with it, let alone the process.
    private long Step(Beat beat)
    {
        try
        {
            Interlocked.MemoryBarrier();
            return beat.Step(clock.Now);
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            // An abort is the end of the process, not of the connection; as in the reader.
            return Fail(beat, e);
        }
    }

    private static long Fail(Beat beat, Exception exception)
    {
        try
        {
            beat.Fail(exception);
        }
        catch (Exception)
        {
            // Nothing is left to be done for it.
        }
        return MonotonicClock.Never;
    }

    // Takes the next beat out of the heap when it is due; null: there was none for long enough, and the thread ends.
    private Beat? WaitForNext(ITimer timer)
    {
        using (Hold.On(_sync))
        {
            while (true)
            {
                if (_beats.Count == 0)
                {
                    if (LingersInVain_NeedsLock())
                        return null;
                    continue;
                }
                Beat first = _beats.First;
                long left = first.Due - clock.Now;
                if (first.Due == MonotonicClock.Never)
                {
                    Monitor.Wait(_sync);
                }
                else if (left > 0)
                {
                    int milliseconds = (int)Math.Min(int.MaxValue - SafetyNetMilliseconds, (left + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
                    timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
                    Monitor.Wait(_sync, milliseconds + SafetyNetMilliseconds);
                }
                else
                {
                    _beats.Remove(first);
                    // From here Schedule can only ask for less than forever.
                    first.Due = MonotonicClock.Never;
                    return first;
                }
            }
        }
    }

    // By deadline: the timer may still wake it for a connection that is gone.
    private bool LingersInVain_NeedsLock()
    {
        Deadline deadline = Deadline.After(clock, Linger);
        while (_beats.Count == 0 && !deadline.HasPassed)
            Monitor.Wait(_sync, deadline.RemainingMilliseconds);
        _running = _beats.Count > 0;
        return !_running;
    }

    private void Wake()
    {
        using (Hold.On(_sync))
            Monitor.Pulse(_sync);
    }
}
