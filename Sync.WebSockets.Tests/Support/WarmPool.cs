using System.Threading;

namespace Sync.WebSockets.Support;

// Lock: Gate guards _left.

/// <summary>
/// Mono's pool starts ten threads in a second at most, and ends those that had nothing to do for five to sixty. So a test over TLS would find
/// threads, or wait a second for them, as it happens: here they are given something to do every now and then.
/// </summary>
internal static class WarmPool
{
    private const int Threads = 40;
    private const int Rhythm = 2_000;

    // For those that are at it to wait for the others.
    private const int Patience = 50;

    private static readonly object Gate = new();
    private static int _left;

    /// <summary>From now on, as long as the tests live.</summary>
    public static void Keep() => new Thread(Run) { IsBackground = true, Name = "warm pool" }.Start();

    private static void Run()
    {
        lock (Gate)
        {
            while (true)
            {
                _left = Threads;
                for (int i = 0; i < Threads; i++)
                    ThreadPool.QueueUserWorkItem(_ => Meet());
                // Where a test keeps the pool from working this waits, too.
                while (_left > 0)
                    Monitor.Wait(Gate);
                Monitor.Wait(Gate, Rhythm);
            }
        }
    }

    private static void Meet()
    {
        lock (Gate)
        {
            if (--_left == 0)
                Monitor.PulseAll(Gate);
            else
                Monitor.Wait(Gate, Patience);
        }
    }
}
