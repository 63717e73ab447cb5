#if NET
using System;
#endif
using System.IO;
using System.Threading;

namespace Sync.WebSockets.Transport;

// Stands between the socket and TLS, because a TLS record that trickles in shows nothing above TLS until it is whole, and every byte
// of it is a sign of life.
//
// Owners: the read facts belong to the one reader, the write facts to the one writer; anybody may look at them.

/// <summary>Counts the bytes of a stream both ways and remembers when the last ones passed. Blocking calls only.</summary>
internal sealed class CountingStream(Stream inner, MonotonicClock clock) : TwoWayStream
{
    private long _bytesRead;
    private long _bytesWritten;
    private long _lastRead = clock.Now;
    private long _lastWritten = clock.Now;

    public long BytesRead => Volatile.Read(ref _bytesRead);

    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    /// <summary>When the last byte came; when the stream was made, before the first one.</summary>
    public long LastRead => Volatile.Read(ref _lastRead);

    /// <summary>When the socket last accepted bytes.</summary>
    public long LastWritten => Volatile.Read(ref _lastWritten);

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = inner.Read(buffer, offset, count);
        CountRead(read);
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        inner.Write(buffer, offset, count);
        CountWritten(count);
    }

#if NET
    // SslStream reads and writes through spans; without these two Stream would copy through a rented array.
    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        CountRead(read);
        return read;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        CountWritten(buffer.Length);
    }
#endif

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private void CountRead(int count)
    {
        if (count <= 0)
            return;
        Volatile.Write(ref _bytesRead, _bytesRead + count);
        Volatile.Write(ref _lastRead, clock.Now);
    }

    private void CountWritten(int count)
    {
        Volatile.Write(ref _bytesWritten, _bytesWritten + count);
        Volatile.Write(ref _lastWritten, clock.Now);
    }
}
