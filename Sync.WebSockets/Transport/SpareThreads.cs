using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Sync.WebSockets.Transport;

// To start a thread and see it end takes some fifty system calls, more than all else that opening and closing a connection takes; to wake one takes one.
//
// Lock: _sync guards the list. A seat in it waits for work; whoever takes it out gives it work in the same step, under both locks: the seat's,
// which guards its job, inside of the list's. So a thread that finds its seat gone when its time is up knows that it has work. Work runs outside of both.

/// <summary>Threads that, done with their work, wait a little for more of its name before they end. Any thread.</summary>
/// <param name="linger">How long they wait.</param>
internal sealed class SpareThreads(TimeSpan linger)
{
    /// <summary>How many wait at most: enough for programs that connect again and again; those of a thousand connections that end at once need not.</summary>
    public const int Most = 16;

    private readonly object _sync = new();
    private readonly List<Seat> _seats = new(Most);

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            using (Hold.On(_sync))
                return _seats.Count;
        }
    }

    /// <summary>Has a thread of that name run it, in the caller's execution context. Throws when it takes a new thread and none can be started.</summary>
    /// <param name="name">What the thread is for.</param>
    /// <param name="work">Does not throw.</param>
    /// <param name="startThread">Starts a thread.</param>
    public void Run(string name, Action work, Action<Thread> startThread)
    {
        Action job = InContextOfCaller(work);
        if (TryGive(name, job))
            return;
        Seat seat = new(name, job);
        SharedThread.Start(name, () => Live(seat), startThread);
    }

    // Or in one of its own, where the caller's is not to flow: what work leaves behind in it (AsyncLocal, culture) goes with it.
    private static Action InContextOfCaller(Action work)
    {
        ExecutionContext? context = ExecutionContext.Capture();
        return () => ExecutionContext.Run(context ?? ExecutionContext.Capture()!, static work =>
        {
            // On .NET Framework the context brings the caller's along. What waited for that, while the caller waits for this thread, would wait for ever.
            SynchronizationContext.SetSynchronizationContext(null);
            ((Action)work!)();
        }, work);
    }

    private bool TryGive(string name, Action job)
    {
        using (Hold.On(_sync))
        {
            int index = _seats.FindLastIndex(seat => seat.Name == name);
            if (index < 0)
                return false;
            try
            {
            }
            finally
            {
                // No abort comes in between.
                _seats[index].Give(job);
                _seats.RemoveAt(index);
            }
            return true;
        }
    }

    private void Live(Seat seat)
    {
        do
        {
            seat.Work();
        }
        while (!SharedThread.IsAborted && TryPark(seat) && WaitForWork(seat));
    }

    private bool TryPark(Seat seat)
    {
        using (Hold.On(_sync))
        {
            if (_seats.Count == Most)
                return false;
            _seats.Add(seat);
            return true;
        }
    }

    private bool WaitForWork(Seat seat)
    {
        try
        {
            seat.WaitForWork(linger);
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            // No memory to wait in; or, on Mono, an interrupt that strikes behind the wait.
        }
        return !TryLeave(seat);
    }

    // False: it has been given work.
    private bool TryLeave(Seat seat)
    {
        using (Hold.On(_sync))
            return _seats.Remove(seat);
    }

    // Where one thread waits.
    private sealed class Seat(string name, Action first)
    {
        private readonly object _sync = new();
        private Action? _job = first;

        public string Name { get; } = name;

        public void Give(Action job)
        {
            using (Hold.On(_sync))
            {
                _job = job;
                Monitor.Pulse(_sync);
            }
        }

        // A frame of its own, so that nothing of what is done is kept while the thread waits.
        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Work() => Take()();

        // Or until the time is up.
        public void WaitForWork(TimeSpan time)
        {
            Deadline deadline = Deadline.After(MonotonicClock.System, time);
            using (Hold.On(_sync))
            {
                do
                    Wait_NeedsLock(_job is null ? deadline.RemainingMilliseconds : 0);
                while (_job is null && !deadline.HasPassed);
            }
        }

        private Action Take()
        {
            using (Hold.On(_sync))
            {
                Action job = _job!;
                _job = null;
                return job;
            }
        }

        // An interrupt that what ran before was meant to have is none of the next one's: this takes it even where there is no need to wait.
        private void Wait_NeedsLock(int milliseconds)
        {
            try
            {
                Monitor.Wait(_sync, milliseconds);
            }
            catch (ThreadInterruptedException)
            {
            }
        }
    }
}
