using System;
using System.Buffers;
using System.Threading;

namespace Sync.WebSockets.Connection;

/// <summary>
/// The shared pool for whoever has a message in its hands, the reader's turn, or a lock: an interrupt, where the pool's own lock has to be waited for,
/// is put off; and an array for which the pool has no place, since there is no memory for that, is the collector's.
/// </summary>
internal sealed class UninterruptedPool<T> : ArrayPool<T>
{
    private UninterruptedPool()
    {
    }

    public static UninterruptedPool<T> Instance { get; } = new();

    public override T[] Rent(int minimumLength)
    {
        try
        {
            return Shared.Rent(minimumLength);
        }
        catch (ThreadInterruptedException)
        {
            // It has struck, so it does not strike here again.
            T[] array = Shared.Rent(minimumLength);
            Thread.CurrentThread.Interrupt();
            return array;
        }
    }

    public override void Return(T[] array, bool clearArray = false)
    {
        try
        {
            Shared.Return(array, clearArray);
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
