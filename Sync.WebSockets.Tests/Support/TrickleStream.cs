using System;
using System.IO;

namespace Sync.WebSockets.Support;

/// <summary>A stream that gives little at a time, as those of networks do, and can break.</summary>
internal sealed class TrickleStream(byte[] data) : Stream
{
    private int _position;

    /// <summary>Where reading throws.</summary>
    public int FailsAt { get; set; } = int.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_position >= FailsAt)
            throw new IOException("broken");
        int read = Math.Min(Math.Min(count, 100), data.Length - _position);
        Buffer.BlockCopy(data, _position, buffer, offset, read);
        _position += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
