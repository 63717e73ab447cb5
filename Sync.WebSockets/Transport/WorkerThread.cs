using System;
using System.Collections.Generic;
using System.Threading;

namespace Sync.WebSockets.Transport;

// Lock: _sync guards every field. The thread starts under it, so that there is one at most; work is done outside of it.

/// <summary>
/// One thread for work that whoever asks for it must not wait for. It begins with the first piece, and ends when there was none for a second.
/// </summary>
/// <param name="name">The thread's name.</param>
/// <param name="work">Does a piece. What it throws is dropped: nobody waits for it.</param>
internal sealed class WorkerThread<T>(string name, Action<T> work)
    where T : class
{
    private const int LingerMilliseconds = 1000;

    private readonly object _sync = new();
    private readonly Queue<T> _pieces = new();
    private bool _running;

    /// <summary>Has a piece done soon, once if it waits already. Does not wait. Throws when no thread can be started.</summary>
    public void Enqueue(T piece, Action<Thread> startThread)
    {
        using (Hold.On(_sync))
        {
            if (_pieces.Contains(piece))
                return;
            if (!_running)
                SharedThread.Start(name, Run, startThread);
            _running = true;
            _pieces.Enqueue(piece);
            Monitor.Pulse(_sync);
        }
    }

    private void Run()
    {
        while (Next() is { } piece)
        {
            try
            {
                work(piece);
            }
            catch (Exception)
            {
            }
        }
    }

    private T? Next()
    {
        using (Hold.On(_sync))
        {
            while (_pieces.Count == 0)
            {
                if (Monitor.Wait(_sync, LingerMilliseconds) || _pieces.Count > 0)
                    continue;
                _running = false;
                return null;
            }
            return _pieces.Dequeue();
        }
    }
}
