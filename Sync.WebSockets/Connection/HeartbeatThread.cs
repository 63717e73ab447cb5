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
// Waking it costs more than all it does. So nobody wakes it for what is due after it wakes anyway, and nobody but for the last connection to tell
// it that one has gone: those that come and go within a second never wake it, as long as their bounds are longer.
//
// Lock: _sync guards the heap, the beats' places in it and all other fields. Steps run outside of it: the first one on the thread that registers,
// all others on this one. Nothing a step does waits, so one connection cannot keep another's heartbeat from running; user code and logging have
// no place here for the same reason.
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
    private int _registered;
    private long _lastLeft;     // When the last one that was registered left.
    private long _wakesAt;      // When the thread looks again: lowered by anybody, raised by itself once that time has come.
    private bool _running;

    public static HeartbeatThread Shared { get; } = new(MonotonicClock.System);

    /// <summary>Takes a connection in, and runs its first step. Throws when no thread can be started.</summary>
    public void Register(Beat beat, Action<Thread> startThread)
    {
        using (Hold.On(_sync))
        {
            if (!_running)
                SharedThread.Start("heartbeat", Run, startThread);
            _running = true;
            _registered++;
            beat.IsRegistered = true;
            // From here Schedule can only ask for less than forever.
            beat.Due = MonotonicClock.Never;
        }
        RunStep(beat);
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
            if (--_registered > 0)
                return;
            _lastLeft = clock.Now;
            WakeFor_NeedsLock(_lastLeft + Linger.Ticks);
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
            WakeFor_NeedsLock(due);
        }
    }

    private void Run()
    {
        // Not disposed when the thread is aborted, since a timer cannot be disposed any more then.
        ITimer timer = clock.Time.CreateTimer(static thread => ((HeartbeatThread)thread!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (WaitForNext(timer) is { } beat)
            RunStep(beat);
        timer.Dispose();
    }

    // Whoever runs it has the beat to itself meanwhile: it is not in the heap.
    private void RunStep(Beat beat)
    {
        long next = Step(beat);
        using (Hold.On(_sync))
        {
            if (!beat.IsRegistered)
                return;
            beat.Due = Math.Min(beat.Due, next);
            _beats.Add(beat);
            WakeFor_NeedsLock(beat.Due);
        }
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
            while (NextDue_NeedsLock is var due && clock.Now is var now && now < due)
            {
                _wakesAt = now < _wakesAt ? Math.Min(_wakesAt, due) : due;
                Wait_NeedsLock(_wakesAt - now, timer);
            }
            _running = _registered > 0;
            return _running ? TakeFirst_NeedsLock() : null;
        }
    }

    // A first step may still be running elsewhere, so that the heap is empty.
    private long NextDue_NeedsLock =>
        _registered == 0 ? _lastLeft + Linger.Ticks
        : _beats.Count == 0 ? MonotonicClock.Never
        : _beats.First.Due;

    private Beat TakeFirst_NeedsLock()
    {
        Beat first = _beats.First;
        _beats.Remove(first);
        first.Due = MonotonicClock.Never;
        return first;
    }

    private void Wait_NeedsLock(long left, ITimer timer)
    {
        int milliseconds = (int)Math.Min(int.MaxValue - SafetyNetMilliseconds, ((left - 1) / TimeSpan.TicksPerMillisecond) + 1);
        timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        Monitor.Wait(_sync, milliseconds + SafetyNetMilliseconds);
    }

    // Its wait may go on past its time, where waits do not count the time that the machine sleeps.
    private void WakeFor_NeedsLock(long due)
    {
        if (due >= _wakesAt && clock.Now < _wakesAt)
            return;
        _wakesAt = Math.Min(_wakesAt, due);
        Monitor.Pulse(_sync);
    }

    private void Wake()
    {
        using (Hold.On(_sync))
            Monitor.Pulse(_sync);
    }
}
