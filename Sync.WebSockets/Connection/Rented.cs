using System;
using System.Buffers;
using System.Threading;

namespace Sync.WebSockets.Connection;

/// <summary>
/// Gives arrays back to the pool, whatever happens: whoever does has a message in its hands, or a lock. An interrupt, where the pool's own lock has to
/// be waited for, is put off; and an array for which the pool has no place, since there is no memory for that, is the collector's.
/// </summary>
internal static class Rented
{
    public static void Return<T>(T[] array)
    {
        try
        {
            ArrayPool<T>.Shared.Return(array);
        }
        catch (ThreadInterruptedException)
        {
            Thread.CurrentThread.Interrupt();
        }
        catch (OutOfMemoryException)
        {
        }
    }
}
