using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Sync.WebSockets.Transport;

// A stream of the caller's cannot say whether a write would block, and neither the reader nor the heartbeat may find out by trying. So a
// thread of its own writes to it, and this takes what is written as long as its buffer has room, as a socket's does.
//
// Lock: _sync guards every field but _buffer's bytes: from _start on there are _count that only the thread reads, the others are the one
// writer's. The inner stream is used outside of it, by one reader and by the thread.

/// <summary>A stream of the caller's own in a socket's place.</summary>
internal sealed class StreamChannel : TwoWayStream, IChannel
{
    private const int Capacity = 64 * 1024;

    // A control frame in a TLS record of its own.
    private const int SmallWrite = 512;

    private readonly object _sync = new();
    private readonly Stream _inner;
    private readonly byte[] _buffer = new byte[Capacity];
    private int _start;
    private int _count;
    private bool _isEnded;
    private bool _isCut;
    private Exception? _failure;

    /// <summary>Throws when no thread can be started.</summary>
    public StreamChannel(Stream inner, Action<Thread> startThread)
    {
        _inner = inner;
        SharedThread.Start("writer", Pump, startThread);
    }

    public EndPoint? LocalEndPoint => null;

    public EndPoint? RemoteEndPoint => null;

    // As a broken socket, a broken stream takes no time to say so.
    public bool CanWriteNow
    {
        get
        {
            using (Hold.On(_sync))
                return !IsOver_NeedsLock && (_failure is not null || Capacity - _count >= SmallWrite);
        }
    }

    public bool HasUnreadBytes => false;

    public bool CanAwaitBytes => false;

    // It knows no such thing.
    public bool IsFreedByShutdown => false;

    private bool IsOver_NeedsLock => _isEnded || _isCut;

    public bool AwaitBytes(TimeSpan time) => throw new NotSupportedException();

    public void Shutdown(SocketShutdown how)
    {
        using (Hold.On(_sync))
        {
            _isEnded = true;
            _isCut |= how == SocketShutdown.Both;
            Monitor.PulseAll(_sync);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => _inner.Read(buffer, offset, count);

#if NET
    public override int Read(Span<byte> buffer) => _inner.Read(buffer);
#endif

    public override void Write(byte[] buffer, int offset, int count)
    {
        while (count > 0)
        {
            int taken = Put(buffer, offset, count);
            offset += taken;
            count -= taken;
        }
    }

    // The thread flushes whenever it has written all there is.
    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Shutdown(SocketShutdown.Both);
            _inner.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Put(byte[] buffer, int offset, int count)
    {
        using (Hold.On(_sync))
        {
            while (_count == Capacity && _failure is null && !IsOver_NeedsLock)
                Monitor.Wait(_sync);
            if (_failure is not null)
                throw new IOException("Writing to the stream failed: " + _failure.Message, _failure);
            if (IsOver_NeedsLock)
                throw new ObjectDisposedException(nameof(StreamChannel));
            int end = (_start + _count) % Capacity;
            int taken = Math.Min(count, Math.Min(Capacity - _count, Capacity - end));
            Buffer.BlockCopy(buffer, offset, _buffer, end, taken);
            _count += taken;
            Monitor.PulseAll(_sync);
            return taken;
        }
    }

    private void Pump()
    {
        try
        {
            while (Next() is { Count: > 0 } piece)
            {
                _inner.Write(piece.Array!, piece.Offset, piece.Count);
                if (TakeOut(piece.Count))
                    _inner.Flush();
            }
        }
        catch (Exception e)
        {
            using (Hold.On(_sync))
            {
                _failure = e;
                Monitor.PulseAll(_sync);
            }
        }
    }

    // Waits for something to write; empty when there will be nothing any more.
    private ArraySegment<byte> Next()
    {
        using (Hold.On(_sync))
        {
            while (_count == 0 && !IsOver_NeedsLock)
                Monitor.Wait(_sync);
            return _isCut ? new ArraySegment<byte>(_buffer, 0, 0) : new ArraySegment<byte>(_buffer, _start, Math.Min(_count, Capacity - _start));
        }
    }

    // Whether nothing is left.
    private bool TakeOut(int count)
    {
        using (Hold.On(_sync))
        {
            _start = (_start + count) % Capacity;
            _count -= count;
            Monitor.PulseAll(_sync);
            return _count == 0;
        }
    }
}
