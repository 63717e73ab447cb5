using System;
using System.Threading;

namespace Sync.WebSockets.Transport;

/// <summary>A thread of the library's own, which must not keep what flows with the thread that happens to start it (AsyncLocal).</summary>
internal static class SharedThread
{
    /// <summary>.NET Framework and Mono: whether this thread is being aborted, as its process or AppDomain ends.</summary>
    public static bool IsAborted => Thread.CurrentThread.ThreadState.HasFlag(ThreadState.AbortRequested);

    /// <summary>Throws when no thread can be started.</summary>
    public static Thread Start(string name, ThreadStart run, Action<Thread> startThread, int stackSize = 256 * 1024)
    {
        Thread thread = new(run, stackSize) { IsBackground = true, Name = "Sync.WebSockets " + name };
        using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        startThread(thread);
        return thread;
    }

    /// <summary>Runs it in the calling thread when no thread can be started: rather a caller that waits than a socket that nobody frees.</summary>
    /// <returns>The thread; null when it has been run.</returns>
    public static Thread? StartOrRun(string name, ThreadStart run, Action<Thread> startThread)
    {
        try
        {
            return Start(name, run, startThread);
        }
        catch (Exception)
        {
            run();
            return null;
        }
    }
}
