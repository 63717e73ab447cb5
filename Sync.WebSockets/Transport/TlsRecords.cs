#if NET
using System;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Sync.WebSockets.Transport;

// Two things that TlsStream needs of what lies below TLS. A read can be begun that ends only when somebody brings it what it wants; it goes on then, on
// the thread that brings it, so no pool is needed. And no read goes beyond the end of a record (RFC 8446, 5.1): so TLS never has a second one
// in its memory, which it would decrypt while it hands out the first.
//
// Owners: reading belongs to the one reader, writing to the one writer.

/// <summary>The wire as TLS sees it: one record after the other.</summary>
internal sealed class TlsRecords(CountingStream wire) : TwoWayStream, IValueTaskSource<int>
{
    private const int HeaderLength = 5;
    private const int LengthAt = 3;     // In a header, two octets.

    private readonly byte[] _header = new byte[HeaderLength];
    private int _headerRead;    // So much of the next header has been read; or
    private int _left;          // so much of the record has not.
    private ManualResetValueTaskSourceCore<int> _begun;
    private Memory<byte> _room;
    private bool _isWanted;     // A read has begun.

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = wire.Read(buffer.Slice(0, Math.Min(buffer.Length, _left > 0 ? _left : HeaderLength - _headerRead)));
        Count(buffer.Slice(0, read));
        return read;
    }

    /// <summary>Ends in <see cref="Bring"/>.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _begun.Reset();
        _room = buffer;
        _isWanted = true;
        return new ValueTask<int>(this, _begun.Version);
    }

    /// <summary>Blocks until the read that was begun can end, and has TLS go on with what came, or failed.</summary>
    /// <param name="isThere">Something has come, so this does not block.</param>
    public void Bring(bool isThere = false)
    {
        // TLS reads nothing first, so as to have no memory ready while nothing comes.
        if (isThere && _room.IsEmpty)
            End(0);
        if (!_isWanted)
            return;
        int read;
        try
        {
            read = Read(_room.Span);
        }
        catch (Exception e)
        {
            _isWanted = false;
            _begun.SetException(e);
            return;
        }
        End(read);
    }

    public override void Write(byte[] buffer, int offset, int count) => wire.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => wire.Write(buffer);

    /// <summary>Blocks; what comes upon TLS while it is looked at may have to be answered.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        wire.Write(buffer.Span);
        return default;
    }

    public override void Flush() => wire.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        wire.Flush();
        return Task.CompletedTask;
    }

    int IValueTaskSource<int>.GetResult(short token) => _begun.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _begun.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _begun.OnCompleted(continuation, state, token, flags);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            wire.Dispose();
        base.Dispose(disposing);
    }

    // TLS may begin the next read inside of it.
    private void End(int read)
    {
        _isWanted = false;
        _begun.SetResult(read);
    }

    private void Count(ReadOnlySpan<byte> read)
    {
        if (_left > 0)
        {
            _left -= read.Length;
            return;
        }
        read.CopyTo(_header.AsSpan(_headerRead));
        _headerRead += read.Length;
        if (_headerRead < HeaderLength)
            return;
        _left = (_header[LengthAt] << 8) | _header[LengthAt + 1];
        _headerRead = 0;
    }
}
#endif
