using System;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>
/// Starves the thread pool as old blocking programs do: 200 items that wait, so that whatever is queued after them does not get
/// its turn until Dispose.
/// </summary>
internal sealed class BlockedPool : IDisposable
{
    private const int Items = 200;

    private readonly ManualResetEventSlim _release = new(false);
    private readonly CountdownEvent _unfinished = new(Items);
    private int _started;

    public BlockedPool()
    {
        for (int i = 0; i < Items; i++)
            ThreadPool.QueueUserWorkItem(_ => Block());

        // Up to its minimum the pool gives threads at once; after that a few in a second.
        ThreadPool.GetMinThreads(out int workers, out _);
        Wait.Until(() => Volatile.Read(ref _started) >= Math.Min(workers, Items), "the blocked work holds the pool's threads");
    }

    // Waits for the end of the items, so that the next test finds a pool at rest.
    public void Dispose()
    {
        _release.Set();
        if (!_unfinished.Wait(TimeSpan.FromSeconds(30)))
            throw new TimeoutException("The pool did not finish the items that had been blocked.");
    }

    private void Block()
    {
        Interlocked.Increment(ref _started);
        _release.Wait();
        _unfinished.Signal();
    }
}
