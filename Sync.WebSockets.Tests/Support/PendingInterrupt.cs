using System.Threading;

namespace Sync.WebSockets.Support;

internal static class PendingInterrupt
{
    /// <summary>Whether an interrupt waits to strike this thread; it has struck then.</summary>
    public static bool Take()
    {
        object nobody = new();
        try
        {
            lock (nobody)
                Monitor.Wait(nobody, 1000);
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }
}
