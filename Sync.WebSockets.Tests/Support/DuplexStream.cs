using System;
using System.IO;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>One side of a connection in memory. Disposing it ends both directions.</summary>
internal sealed class DuplexStream(BytePipe incoming, BytePipe outgoing) : Stream
{
    private int _flushes;
    private volatile bool _disposed;

    public int Flushes => Volatile.Read(ref _flushes);

    public bool IsDisposed => _disposed;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => incoming.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => outgoing.Write(buffer, offset, count);

    public override void Flush() => Interlocked.Increment(ref _flushes);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        incoming.End();
        outgoing.End();
        base.Dispose(disposing);
    }
}
