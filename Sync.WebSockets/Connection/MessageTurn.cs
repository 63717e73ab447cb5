using System;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Lock: _sync guards every field; it is a leaf, nothing else is taken under it.

/// <summary>Held by one sender from the first frame of its message to the last, so that two messages never mix (5.4).</summary>
internal sealed class MessageTurn
{
    private readonly object _sync = new();
    private Thread? _holder;
    private int _waiting;
    private bool _closed;

    /// <summary>Blocks until it is this thread's turn, the time is up, or the connection ends.</summary>
    public TakeResult Enter(Deadline deadline)
    {
        using (Hold.On(_sync))
        {
            if (_holder == Thread.CurrentThread)
                throw new InvalidOperationException("This thread is in the midst of sending a message: write the rest of it to its stream, and send another one after it.");
            while (_holder is not null && !_closed)
            {
                int milliseconds = deadline.RemainingMilliseconds;
                if (milliseconds == 0)
                    return TakeResult.TimedOut;
                _waiting++;
                try
                {
                    Monitor.Wait(_sync, milliseconds);
                }
                catch
                {
                    // Interrupted: the pulse may have been meant for this thread and gone down with it.
                    Monitor.Pulse(_sync);
                    throw;
                }
                finally
                {
                    _waiting--;
                }
            }
            if (_closed)
                return TakeResult.Closed;
            _holder = Thread.CurrentThread;
            return TakeResult.Taken;
        }
    }

    /// <summary>True: it was the last turn.</summary>
    public bool Leave()
    {
        using (Hold.On(_sync))
        {
            _holder = null;
            if (_waiting > 0)
                Monitor.Pulse(_sync);
            return _closed;
        }
    }

    /// <summary>Nobody's turn ever again: frees whoever waits. True: nobody has it at this moment.</summary>
    public bool Close()
    {
        using (Hold.On(_sync))
        {
            _closed = true;
            Monitor.PulseAll(_sync);
            return _holder is null;
        }
    }
}
