using System;
using System.IO;
using System.IO.Compression;
using Sync.WebSockets.Protocol.Deflate;

namespace Sync.WebSockets.Support;

/// <summary>
/// Compresses as a server does. Where the platform cannot flush, each message is a final block (RFC 7692, 7.2.3.4), which refers to none of
/// those before.
/// </summary>
internal sealed class PeerDeflate : IDisposable
{
    private const int Tail = 4;

    private readonly MemoryStream _sink = new();
    private DeflateStream? _stream;

    /// <summary>The payload of the next message, of a byte at least.</summary>
    public byte[] Message(byte[] message)
    {
        _sink.SetLength(0);
        _stream ??= new DeflateStream(_sink, CompressionLevel.Optimal, leaveOpen: true);
        _stream.Write(message, 0, message.Length);
        if (MessageDeflater.CanFlush)
        {
            _stream.Flush();
            _sink.SetLength(_sink.Length - Tail);
            return _sink.ToArray();
        }

        _stream.Dispose();
        _stream = null;
        _sink.WriteByte(0);
        return _sink.ToArray();
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _sink.Dispose();
    }
}
