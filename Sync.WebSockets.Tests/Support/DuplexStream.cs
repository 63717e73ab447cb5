using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Support;

/// <summary>One side of a connection in memory. Disposing it ends both directions.</summary>
internal sealed class DuplexStream(BytePipe incoming, BytePipe outgoing) : TwoWayStream
{
    private int _flushes;
    private volatile bool _disposed;

    public int Flushes => Volatile.Read(ref _flushes);

    public bool IsDisposed => _disposed;

    public override int Read(byte[] buffer, int offset, int count) => incoming.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => outgoing.Write(buffer, offset, count);

    public override void Flush() => Interlocked.Increment(ref _flushes);

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        incoming.End();
        outgoing.End();
        base.Dispose(disposing);
    }
}
