using System;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>
/// The system's time, until it is asked once by a certain thread: that finds no memory. All that the library does asks for the time,
/// so this fails it wherever a test likes, without a machine that is short of anything.
/// </summary>
internal sealed class NoMemoryTime : TimeProvider
{
    private Predicate<Thread>? _victim;

    public void FailOnce(Predicate<Thread> victim) => Volatile.Write(ref _victim, victim);

    public override long GetTimestamp()
    {
        if (Volatile.Read(ref _victim) is { } victim && victim(Thread.CurrentThread) && Interlocked.CompareExchange(ref _victim, null, victim) == victim)
#pragma warning disable MA0012 // The runtime has no memory, is what it stands for.
            throw new InsufficientMemoryException("As the test wants it.");
#pragma warning restore MA0012
        return base.GetTimestamp();
    }
}
