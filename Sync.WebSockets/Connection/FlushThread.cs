using System;
using System.Collections.Generic;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// On Mono a TLS stream hands even a blocking write to the thread pool, so a write may wait for as long as the pool starves, however much
// room the socket has. The heartbeat thread must not wait, so there it leaves such writes to this thread. Where it blocks, the pings of
// other TLS connections wait with it, as they would anyway; what finds dead peers does not.
//
// Lock: _sync guards every field. Gates are flushed outside of it.

/// <summary>Flushes gates for the heartbeat thread, where a write may wait for the thread pool.</summary>
internal sealed class FlushThread
{
    private const int LingerMilliseconds = 1000;

    private readonly object _sync = new();
    private readonly Queue<SendGate> _gates = new();
    private bool _running;

    public static FlushThread Shared { get; } = new();

    /// <summary>Has the gate flushed soon. Does not wait. Throws when no thread can be started.</summary>
    public void Flush(SendGate gate, Action<Thread> startThread)
    {
        using (Hold.On(_sync))
        {
            if (_gates.Contains(gate))
                return;
            if (!_running)
                startThread(new Thread(Run, maxStackSize: 256 * 1024) { IsBackground = true, Name = "Sync.WebSockets flush" });
            _running = true;
            _gates.Enqueue(gate);
            Monitor.Pulse(_sync);
        }
    }

    private void Run()
    {
        while (Next() is { } gate)
            gate.TryFlush();
    }

    private SendGate? Next()
    {
        using (Hold.On(_sync))
        {
            while (_gates.Count == 0)
            {
                if (Monitor.Wait(_sync, LingerMilliseconds) || _gates.Count > 0)
                    continue;
                _running = false;
                return null;
            }
            return _gates.Dequeue();
        }
    }
}
