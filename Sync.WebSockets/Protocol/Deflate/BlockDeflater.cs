using System;
using System.IO.Compression;

namespace Sync.WebSockets.Protocol.Deflate;

/// <summary>
/// Compresses a message in blocks that each stand for themselves, for platforms whose DeflateStream emits nothing when it is flushed
/// (.NET Framework, Mono).
///
/// There a block only comes out as the final one of its stream, and servers stumble over those. But a stream of so few bytes consists of
/// one block, whose first bit says that it is final: with that bit cleared, and followed by an empty block, it is what a flush would
/// have made. Whether the empty block begins in the bits that are left in its last octet cannot be told from outside, so the inflater is
/// asked; and what it does not give back as it was goes out uncompressed.
/// </summary>
internal sealed class BlockDeflater(CompressionLevel level) : IDisposable
{
    /// <summary>From 16,383 symbols on a stream begins a second block.</summary>
    public const int LongestPiece = 16_000;

    private readonly DeflateSink _block = new();
    private readonly MessageInflater _inflater = new(contextTakeover: false);
    private readonly byte[] _inflated = new byte[1024];

    /// <summary>Compresses a piece of at most <see cref="LongestPiece"/> bytes, up to where a flush would end.</summary>
    public void Deflate(ReadOnlySpan<byte> piece, DeflateSink output)
    {
        using (DeflateStream stream = new(_block, level, leaveOpen: true))
            stream.WriteSpan(piece);
        _block[0] &= 0xFE;
        if (!IsRight(piece))
        {
            _block.WriteByte(0);
            if (!IsRight(piece))
                Store(piece);
        }
        output.Append(_block.First(_block.Count));
        output.Append(MessageDeflater.Tail);
        _block.Clear();
    }

    public void Dispose() => _inflater.Dispose();

    private bool IsRight(ReadOnlySpan<byte> piece)
    {
        _inflater.Begin();
        // As if the frame went on: no final block is right here.
        _inflater.Feed(_block.First(_block.Count), leftInFrame: long.MaxValue);
        while (_inflater.Inflate(new ArraySegment<byte>(_inflated), out Violation? violation) is var count && (count > 0 || violation is not null))
        {
            if (violation is not null || !piece.StartsWith(_inflated.AsSpan(0, count)))
                return Fail();
            piece = piece.Slice(count);
        }
        return (_inflater.End() is null && piece.IsEmpty) || Fail();

        bool Fail()
        {
            _inflater.Dispose();
            return false;
        }
    }

    // RFC 1951, 3.2.4; and the octet in which the empty block begins that ends every piece.
    private void Store(ReadOnlySpan<byte> piece)
    {
        _block.Clear();
        _block.Append([0, (byte)piece.Length, (byte)(piece.Length >> 8), (byte)~piece.Length, (byte)(~piece.Length >> 8)]);
        _block.Append(piece);
        _block.WriteByte(0);
    }
}
