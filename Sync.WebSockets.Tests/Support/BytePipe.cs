using System;
using System.IO;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>One direction of a connection in memory: whoever writes waits for room, whoever reads waits for bytes.</summary>
internal sealed class BytePipe(int capacity)
{
    // Guards all below; pulsed at each change.
    private readonly object _lock = new();
    private readonly byte[] _buffer = new byte[capacity];
    private int _start;
    private int _count;
    private bool _ended;

    /// <summary>Returns 0 at the end.</summary>
    public int Read(byte[] buffer, int offset, int count)
    {
        lock (_lock)
        {
            while (_count == 0 && !_ended)
                Monitor.Wait(_lock);
            int taken = Math.Min(count, Math.Min(_count, capacity - _start));
            Buffer.BlockCopy(_buffer, _start, buffer, offset, taken);
            _start = (_start + taken) % capacity;
            _count -= taken;
            Monitor.PulseAll(_lock);
            return taken;
        }
    }

    public void Write(byte[] buffer, int offset, int count)
    {
        lock (_lock)
        {
            while (count > 0)
            {
                while (_count == capacity && !_ended)
                    Monitor.Wait(_lock);
                if (_ended)
                    throw new IOException("The pipe has ended.");
                int end = (_start + _count) % capacity;
                int taken = Math.Min(count, Math.Min(capacity - _count, capacity - end));
                Buffer.BlockCopy(buffer, offset, _buffer, end, taken);
                _count += taken;
                offset += taken;
                count -= taken;
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>What was written can still be read; nothing more can be written, and whoever waits is freed.</summary>
    public void End()
    {
        lock (_lock)
        {
            _ended = true;
            Monitor.PulseAll(_lock);
        }
    }
}
