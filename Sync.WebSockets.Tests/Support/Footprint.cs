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

    // Mono's collector takes any number on a stack for a reference, so it keeps this or that for a while. What leaks, leaks each time.
    private static readonly int Rounds = Machine.IsMono ? 3 : 1;

    /// <summary>That the work leaves nothing behind.</summary>
    public static void ShouldNotGrow(long heapSlack, Action work)
    {
        for (int round = 1; round <= Rounds; round++)
        {
            Footprint before = Settled();
            work();
            if (before.IsBack(heapSlack))
                return;
        }
        Assert.Fail($"The heap has grown by more than {heapSlack} bytes, as often as it was tried: {Rounds}.");
    }

    // What other tests left, such as a thread in user code that never returns, is none of this one's business.
    private static Footprint Settled()
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

    // False: the heap has grown. All else must be back in any case.
    private bool IsBack(long heapSlack)
    {
        if (Threads is null || FileHandles is null)
            Assert.Ignore("This system does not tell.");
        Resources.WaitForLibraryThreads(LibraryThreads ?? 0);
        Wait.Until(() => Resources.Threads <= Threads + Slack, $"there are no more than {Threads} threads and a few", Patience);
        Wait.Until(() => Resources.FileHandles <= FileHandles + Slack, $"there are no more than {FileHandles} handles and a few", Patience);
        Wait.Until(() => Resources.Timers is null || Resources.Timers <= Timers + Slack, $"there are no more than {Timers} timers and a few", Patience);
        // A thread that ends may still hold what it was at.
        Footprint after = this;
        bool isBack = Wait.For(() => (after = Now with { Heap = Resources.Heap }).Heap <= Heap + heapSlack, Patience);
        TestContext.Out.WriteLine($"Before: {this}\nAfter:  {after}");
        return isBack;
    }
}
