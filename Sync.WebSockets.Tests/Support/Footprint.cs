using System;
using System.Diagnostics;
using NUnit.Framework;

namespace Sync.WebSockets.Support;

/// <summary>What this process holds at a moment at which nothing runs: to be compared with what it holds after a test's work.</summary>
internal sealed record Footprint(int? Threads, int? LibraryThreads, int? FileHandles, long? Timers, long Heap)
{
    // What the runtime itself may start and open meanwhile; a leak of one per cycle shows at once.
    private const int Slack = 10;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static Footprint Now => new(Resources.Threads, Resources.LibraryThreads, Resources.FileHandles, Resources.Timers, Heap: 0);

    /// <summary>What other tests left, such as a thread in user code that never returns, is none of this one's business.</summary>
    public static Footprint Settled()
    {
        Footprint last = Now;
        var watch = Stopwatch.StartNew();
        Wait.Until(
            () =>
            {
                Footprint now = Now;
                if (now != last)
                    watch.Restart();
                last = now;
                return watch.Elapsed > Quiet;
            },
            "threads, handles and timers have settled",
            Patience);
        return last with { Heap = Resources.Heap };
    }

    /// <summary>That what was held at this moment is not exceeded any more.</summary>
    public void ShouldBeBack(long heapSlack)
    {
        if (Threads is null || FileHandles is null)
            Assert.Ignore("This system does not tell.");
        Resources.WaitForLibraryThreads(LibraryThreads ?? 0);
        Wait.Until(() => Resources.Threads <= Threads + Slack, $"there are no more than {Threads} threads and a few", Patience);
        Wait.Until(() => Resources.FileHandles <= FileHandles + Slack, $"there are no more than {FileHandles} handles and a few", Patience);
        Wait.Until(() => Resources.Timers is null || Resources.Timers <= Timers + Slack, $"there are no more than {Timers} timers and a few", Patience);
        // A thread that ends may still hold what it was at.
        Footprint after = this;
        try
        {
            Wait.Until(() => (after = Now with { Heap = Resources.Heap }).Heap <= Heap + heapSlack, $"the heap is back at {Heap} bytes and a few", Patience);
        }
        finally
        {
            TestContext.Out.WriteLine($"Before: {this}\nAfter:  {after}");
        }
    }
}
