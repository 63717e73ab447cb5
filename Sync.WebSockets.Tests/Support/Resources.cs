using System;
using System.Buffers;
using System.IO;
using System.Linq;
#if NET
using System.Threading;
#endif

namespace Sync.WebSockets.Support;

/// <summary>What this process holds, for tests that look for leaks. Null where the system does not tell.</summary>
internal static class Resources
{
    // A TLS handshake that is given up ends, on Mono, when the thread pool comes round to it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Machine.IsMono ? 60 : 10);

    public static int? Threads => Count("/proc/self/task");

    public static int? FileHandles => Count("/proc/self/fd");

    /// <summary>The threads that the library has started: the system shows the first 15 letters of their names.</summary>
    public static int? LibraryThreads => Threads is null ? null : Directory.GetFileSystemEntries("/proc/self/task").Count(IsOfLibrary);

#if NET
    public static long? Timers => Timer.ActiveCount;
#else
    public static long? Timers => null;
#endif

    /// <summary>The managed memory that is left when all garbage is gone, what its finalizers left, and the spare arrays of the pool.</summary>
    public static long Heap
    {
        get
        {
            DrainPool();
            for (int i = 0; i < 2; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
#if NET
            // GetTotalMemory takes off what threads that are gone had set aside, and comes out negative after many of them.
            GC.Collect();
            GCMemoryInfo info = GC.GetGCMemoryInfo(GCKind.FullBlocking);
            return info.HeapSizeBytes - info.FragmentedBytes;
#else
            return GC.GetTotalMemory(forceFullCollection: true);
#endif
        }
    }

    /// <summary>Waits until the library has no more threads than so many, where the system tells.</summary>
    public static void WaitForLibraryThreads(int left = 0)
    {
        if (Threads is not null)
            Wait.Until(() => LibraryThreads <= left, $"no more than {left} threads of the library are left", Patience);
    }

    // The pool keeps as many arrays as were once in use together, and gives no account of them. What is rented here never comes back.
    private static void DrainPool()
    {
        for (int size = 16; size <= 1 << 17; size *= 2)
            DrainPool(size);
    }

#if NET
    private static void DrainPool(int size)
    {
        long before;
        do
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            ArrayPool<byte>.Shared.Rent(size);
        }
        while (GC.GetAllocatedBytesForCurrentThread() - before < size);
    }
#else
    private static void DrainPool(int size)
    {
        // Here nothing says what is new.
        const int Most = 50;
        for (int i = 0; i < Most; i++)
            ArrayPool<byte>.Shared.Rent(size);
    }
#endif

    private static bool IsOfLibrary(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).StartsWith("Sync.WebSockets", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return false;
        }
    }

    private static int? Count(string folder) =>
        Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder).Length : null;
}
