using System;

namespace Sync.WebSockets.Protocol.Deflate;

/// <summary>What a DeflateStream reads: one piece of payload after the other, of which it takes as much as it wants.</summary>
internal sealed class InflateSource : OneWayStream
{
    private ArraySegment<byte> _piece = new([]);

    public override bool CanRead => true;

    /// <summary>Whether it was asked for more than there is; whoever looks at it sets it back.</summary>
    public bool IsStarved { get; set; }

    public void Feed(ArraySegment<byte> piece) => _piece = piece;

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = Math.Min(count, _piece.Count);
        Buffer.BlockCopy(_piece.Array!, _piece.Offset, buffer, offset, read);
        _piece = new ArraySegment<byte>(_piece.Array!, _piece.Offset + read, _piece.Count - read);
        IsStarved = read == 0;
        return read;
    }
}
