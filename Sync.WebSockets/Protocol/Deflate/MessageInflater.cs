using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;

namespace Sync.WebSockets.Protocol.Deflate;

/// <summary>
/// Inflates the compressed messages of one connection, piece by piece (RFC 7692, 7.2.2).
///
/// A DeflateStream that has met a final block (BFINAL) reads nothing more, so a new one goes on. How much of what it had taken lay
/// behind that block it does not tell; so the last two octets of each frame are fed one by one. Who uses final blocks at all ends a
/// message with one and an empty octet (7.2.3.4), and there it is seen. In the midst of a frame it is refused.
///
/// Nor does it tell that a message stops inside a block. But then what follows the message is taken for its data, and comes out or
/// breaks the stream.
/// </summary>
internal sealed class MessageInflater(bool contextTakeover) : IDisposable
{
    private const int FedOneByOne = 2;

    // 7.2.2: the rest of the empty block that ends every message. Behind it, to see that it was one, empty blocks of both kinds; so many
    // that even the tables of a block that has just begun come to their end, and are wrong. They take half a microsecond.
    private static readonly byte[] Tail =
    [
        0x00, 0x00, 0xFF, 0xFF,
        .. Repeat(2, [0x02, 0x00, 0x00, 0x00, 0xFF, 0xFF]),
        .. Repeat(56, [0x00, 0x00, 0x00, 0xFF, 0xFF]),
    ];

    private readonly InflateSource _source = new();
    private readonly byte[] _behindTheEnd = new byte[1];
    private DeflateStream? _stream;
    private ArraySegment<byte> _piece = new([]);
    private long _leftInFrame;
    private bool _isExact;          // What the stream was fed last is one of the frame's last octets.
    private bool _isUntouched;      // Nothing was fed since the message began or a final block ended.

    /// <summary>A message begins.</summary>
    public void Begin() => _isUntouched = true;

    /// <summary>The next piece of the message; it has to stay as it is until <see cref="Inflate"/> returns 0.</summary>
    /// <param name="piece">Compressed payload.</param>
    /// <param name="leftInFrame">The payload of the frame from the beginning of the piece on.</param>
    public void Feed(ArraySegment<byte> piece, long leftInFrame)
    {
        _piece = piece;
        _leftInFrame = leftInFrame;
    }

    /// <summary>Puts inflated bytes into the room, as many as fit. 0: it wants the next piece.</summary>
    public int Inflate(ArraySegment<byte> room, out Violation? violation)
    {
        while (true)
        {
            int count = Read(room, out violation);
            if (count > 0 || violation is not null || _piece.Count == 0)
                return count;
            FeedNext(_leftInFrame > FedOneByOne ? (int)Math.Min(_piece.Count, _leftInFrame - FedOneByOne) : 1);
        }
    }

    /// <summary>The message is complete.</summary>
    public Violation? End()
    {
        if (!_isUntouched)
        {
            Feed(new ArraySegment<byte>(Tail), long.MaxValue);
            if (Inflate(new ArraySegment<byte>(_behindTheEnd), out Violation? violation) > 0 || violation is not null || _stream is null)
                return Violation.InvalidPayload("The server sent a compressed message that ends inside a DEFLATE block; RFC 7692 7.2.2.");
        }
        if (!contextTakeover)
            Dispose();
        return null;
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private static IEnumerable<byte> Repeat(int times, byte[] block) => Enumerable.Repeat(block, times).SelectMany(octets => octets);

    private void FeedNext(int count)
    {
        _source.Feed(new ArraySegment<byte>(_piece.Array!, _piece.Offset, count));
        _piece = new ArraySegment<byte>(_piece.Array!, _piece.Offset + count, _piece.Count - count);
        _isExact = _leftInFrame <= FedOneByOne;
        _leftInFrame -= count;
        _isUntouched = false;
    }

    private int Read(ArraySegment<byte> room, out Violation? violation)
    {
        violation = null;
        if (_isUntouched)
            return 0;
        _source.IsStarved = false;
        int count;
        try
        {
            _stream ??= new DeflateStream(_source, CompressionMode.Decompress, leaveOpen: true);
            count = _stream.Read(room.Array!, room.Offset, room.Count);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            violation = Violation.InvalidPayload("The server sent a compressed message that is not valid DEFLATE, or refers back farther than there was data; RFC 7692 7.2.2.");
            return 0;
        }
        if (count == 0 && !_source.IsStarved)
            violation = MeetFinalBlock();
        return count;
    }

    // It neither gave anything nor wanted anything: it has met a final block.
    private Violation? MeetFinalBlock()
    {
        Dispose();
        _isUntouched = true;
        return _isExact ? null : Violation.InvalidPayload(
            "The server sent a compressed message that goes on behind a final DEFLATE block (BFINAL) in the same frame, which cannot be followed; RFC 7692 7.2.1.");
    }
}
