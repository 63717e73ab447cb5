using System;
using System.IO.Compression;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Protocol.Deflate;

/// <summary>
/// Compresses the messages of one connection, one after the other and each piece by piece (RFC 7692, 7.2.1).
///
/// System.IO.Compression knows no window sizes. But a stream that is begun anew after 2^n bytes refers back less far than that, and
/// what it emits up to a flush simply goes on with what the next one emits.
/// </summary>
internal sealed class MessageDeflater : IDisposable
{
    // DeflateStream refers back no farther than this by itself.
    private const int LargestWindow = 1 << DeflateParameters.MaxWindowBits;

    private readonly CompressionLevel _level;
    private readonly bool _takesOver;
    private readonly int _window;
    private readonly DeflateSink _sink = new();
    private readonly BlockDeflater? _blocks;    // Where a stream cannot be flushed; it gets what was gathered in _piece.
    private readonly DeflateSink _piece = new();
    private DeflateStream? _stream;
    private int _fed;       // What the stream was fed, where the window is limited.
    private bool _isWhole;  // The sink holds the rest of the message.

    public MessageDeflater(DeflateParameters parameters, CompressionLevel level)
        : this(parameters, level, CanFlush)
    {
    }

    internal MessageDeflater(DeflateParameters parameters, CompressionLevel level, bool canFlush)
    {
        _level = level;
        _takesOver = parameters.ClientContextTakeover;
        _window = 1 << parameters.ClientMaxWindowBits;
        if (canFlush)
            return;
        _blocks = new BlockDeflater(level);
        _window = Math.Min(_window, BlockDeflater.LongestPiece);
    }

    /// <summary>7.2.1: what a flush ends in. It is not sent.</summary>
    public static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Whether a flush brings out all that was written, so that a stream can serve several messages.</summary>
    public static bool CanFlush { get; } = EmitsWhenFlushed();

    /// <summary>
    /// What can be sent of the message by now; all of the rest after <see cref="End"/>. While the message goes on the last octets stay
    /// here, since they may turn out to be the tail.
    /// </summary>
    public ArraySegment<byte> Ready => _sink.First(_isWhole ? _sink.Count : Math.Max(0, _sink.Count - Tail.Length));

    /// <summary>Compresses the next piece of the message.</summary>
    public void Write(ReadOnlySpan<byte> piece)
    {
        if (_window == LargestWindow)
        {
            Compress(piece);
            return;
        }
        while (!piece.IsEmpty)
        {
            if (_fed == _window)
                BeginAnew();
            int count = Math.Min(piece.Length, _window - _fed);
            Compress(piece.Slice(0, count));
            _fed += count;
            piece = piece.Slice(count);
        }
    }

    /// <summary>
    /// Makes ready all that was written. What stays here are the octets of an empty block, without which it can all be inflated.
    /// </summary>
    public void Flush()
    {
        if (_blocks is null)
            _stream?.Flush();
        else
            BeginAnew();
    }

    /// <summary>The message is complete.</summary>
    public void End()
    {
        if (_takesOver)
            Flush();
        else
            BeginAnew();
        if (_sink.EndsWith(Tail))
            _sink.RemoveLast(Tail.Length);
        else
            _sink.WriteByte(0); // 7.2.3.6: nothing but an empty block; its tail is not sent either.
        _isWhole = true;
    }

    /// <summary>What was ready has been sent.</summary>
    public void Sent()
    {
        _sink.RemoveFirst(Ready.Count);
        _isWhole = false;
    }

    /// <summary>The message, or the rest of it, will never be sent: nothing that comes later may refer to it.</summary>
    public void Forget()
    {
        _stream?.Dispose();
        _stream = null;
        _fed = 0;
        _piece.Clear();
        _sink.Clear();
        _isWhole = false;
    }

    public void Dispose()
    {
        Forget();
        _blocks?.Dispose();
    }

    private void Compress(ReadOnlySpan<byte> bytes)
    {
        if (_blocks is null)
            (_stream ??= new DeflateStream(_sink, _level, leaveOpen: true)).WriteSpan(bytes);
        else
            _piece.Append(bytes);
    }

    private void BeginAnew()
    {
        if (_piece.Count > 0)
        {
            _blocks!.Deflate(_piece.First(_piece.Count), _sink);
            _piece.Clear();
        }
        if (_stream is not null)
        {
            _stream.Flush();
            int flushed = _sink.Count;
            _stream.Dispose();
            _sink.RemoveLast(_sink.Count - flushed);
            _stream = null;
        }
        _fed = 0;
    }

    private static bool EmitsWhenFlushed()
    {
        using DeflateSink sink = new();
        using DeflateStream stream = new(sink, CompressionLevel.Fastest, leaveOpen: true);
        stream.WriteByte(0);
        stream.Flush();
        return sink.EndsWith(Tail);
    }
}
