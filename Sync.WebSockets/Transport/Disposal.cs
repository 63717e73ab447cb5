using System;
using System.Threading;

namespace Sync.WebSockets.Transport;

// Dispose of a socket that others are blocked on waits until they have let go, and Thread.Interrupt breaks into that wait: the socket
// would then never be closed, and its handle be lost. So it runs where nobody can interrupt it.

/// <summary>Disposes what others are blocked on.</summary>
internal static class Disposal
{
    /// <summary>Begins it on a thread of its own, which is returned; null when there is no such thread to be had, and it is done already.</summary>
    public static Thread? Begin(IDisposable victim, Action<Thread> startThread)
    {
        Thread thread = new(victim.Dispose, maxStackSize: 256 * 1024) { IsBackground = true, Name = "Sync.WebSockets disposal" };
        try
        {
            startThread(thread);
            return thread;
        }
        catch (Exception)
        {
            // Rather a caller that waits for a second than a socket that nobody frees.
            victim.Dispose();
            return null;
        }
    }
}
