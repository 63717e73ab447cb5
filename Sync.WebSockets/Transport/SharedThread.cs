using System;
using System.Threading;

namespace Sync.WebSockets.Transport;

/// <summary>A thread of the library's own, which must not keep what flows with the thread that happens to start it (AsyncLocal).</summary>
internal static class SharedThread
{
    /// <summary>Throws when no thread can be started.</summary>
    public static void Start(string name, ThreadStart run, Action<Thread> startThread)
    {
        Thread thread = new(run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "Sync.WebSockets " + name };
        using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        startThread(thread);
    }
}
