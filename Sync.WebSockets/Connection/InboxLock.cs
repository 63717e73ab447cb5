using System;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// A monitor that was ever waited on costs some fifty nanoseconds each time, more than everything else about receiving a small message. So there
// is a second way in, for one interlocked instruction. Whoever is inside, by either way, is alone there.
//
// Lock: _owner is the thread that is inside. Those who enter in full take _monitor first; so only one thread at a time waits for another one
// to go outside, and that one came in quickly, takes nothing else and waits for nothing. Meanwhile _wanted keeps others from coming in
// quickly: a thread that receives in a loop keeps nobody out. Who waits for a pulse lets go of both. _wanted belongs to the owner of the
// monitor, _depth to who is inside.
//
// Like a monitor it lets its owner in again: exception filters run before what is thrown inside has left, and they are user code. And nobody
// lets go of what he does not have, should .NET Framework have aborted him on the way.

/// <summary>
/// A lock for what is mostly done in an instant: <c>using (_lock.Enter()) { ... }</c>, where one may wait and pulse, or
/// <see cref="TryEnterQuickly"/>, where one may not. An interrupt keeps nobody from entering; it strikes again at the next wait that can be left.
/// </summary>
internal sealed class InboxLock
{
    private const int Nobody = 0;

    // Whoever is inside is gone by then, or does not run.
    private const int Spins = 10;
    private const int Yields = 1000;

    private readonly object _monitor = new();
    private int _owner;
    private int _depth;
    private bool _wanted;

    /// <summary>Somebody waits to come in, for somebody who came in quickly.</summary>
    public bool IsWanted => Volatile.Read(ref _wanted);

    public Scope Enter()
    {
        int thread = Environment.CurrentManagedThreadId;
        Hold hold = Hold.On(_monitor);
        bool isInside = false;
        try
        {
            GoInside(thread);
            isInside = true;
        }
        finally
        {
            if (!isInside)
                hold.Dispose();
        }
        return new Scope(this, hold, thread);
    }

    /// <summary>False: somebody is inside, or about to be.</summary>
    public bool TryEnterQuickly(out Scope scope)
    {
        int thread = Environment.CurrentManagedThreadId;
        bool entered = !IsWanted && TryGoInside(thread);
        scope = entered ? new Scope(this, default, thread) : default;
        return entered;
    }

    /// <summary>Lets others in until there is a pulse, or the time is up.</summary>
    public void Wait(int milliseconds = Timeout.Infinite)
    {
        int thread = Environment.CurrentManagedThreadId;
        int depth = _depth;
        _depth = 0;
        GoOutside(thread);
        try
        {
            Monitor.Wait(_monitor, milliseconds);
        }
        finally
        {
            GoInside(thread);
            _depth = depth;
        }
    }

    public void Pulse() => Monitor.Pulse(_monitor);

    public void PulseAll() => Monitor.PulseAll(_monitor);

    private bool TryGoInside(int thread) => Interlocked.CompareExchange(ref _owner, thread, Nobody) == Nobody;

    private void GoInside(int thread)
    {
        if (TryGoInside(thread))
            return;
        if (_owner == thread)
            _depth++;
        else
            WaitToGoInside(thread);
    }

    private void WaitToGoInside(int thread)
    {
        bool interrupted = false;
        Volatile.Write(ref _wanted, true);
        try
        {
            for (int turn = 0; !TryGoInside(thread); turn++)
                interrupted |= !Pause(turn);
        }
        finally
        {
            Volatile.Write(ref _wanted, false);
        }
        if (interrupted)
            Thread.CurrentThread.Interrupt();
    }

    // False: an interrupt has come, and is put off.
    private static bool Pause(int turn)
    {
        try
        {
            if (turn < Spins)
                Thread.SpinWait(10);
            else if (turn < Yields)
                Thread.Yield();
            else
#pragma warning disable RS0030 // It is no wait for time: only this leaves the processor to a thread of lower priority.
                Thread.Sleep(1);
#pragma warning restore RS0030
            return true;
        }
        catch (ThreadInterruptedException)
        {
            return false;
        }
    }

    private void GoOutside(int thread)
    {
        if (Volatile.Read(ref _owner) != thread)
            return;
        if (_depth > 0)
            _depth--;
        else
            Volatile.Write(ref _owner, Nobody);
    }

    /// <summary>Being inside, until Dispose.</summary>
    public readonly ref struct Scope
    {
        private readonly InboxLock? _lock;
        private readonly Hold _hold;
        private readonly int _thread;

        public Scope(InboxLock inboxLock, Hold hold, int thread)
        {
            _lock = inboxLock;
            _hold = hold;
            _thread = thread;
        }

        public void Dispose()
        {
            _lock?.GoOutside(_thread);
            _hold.Dispose();
        }
    }
}
