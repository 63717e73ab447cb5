using System;
using System.IO;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Connection;

namespace Sync.WebSockets;

// It holds the client, so that a client of which only a stream is left is not collected. Used by one thread at a time.

/// <summary>
/// A received message as a stream; <see cref="WebSocketClient.OpenReceiveStream()"/> makes it. Its end is the end of the message: when the
/// connection ends before that, <see cref="Read(byte[], int, int)"/> throws, so a message that was cut never looks whole.
/// </summary>
/// <remarks>
/// For one thread at a time, disposing included; to free a thread that reads, another one can call Close or Abort of the client. Text is
/// checked to be UTF-8 (RFC 6455 section 8.1) as it comes, without regard to where a read ends; what came before bytes that are not is
/// handed out. Until it is read to its end or disposed nobody can receive another message: dispose it. Disposed early it skips the
/// rest of the message, and the connection goes on; that rest still has to come before the next message can.
/// </remarks>
public sealed class WebSocketMessageStream : Stream
{
    private readonly WebSocketClient _client;
    private readonly ClientConnection _connection;
    private readonly StreamedMessage _message;
    private ArraySegment<byte> _part = new([]);
    private TimeSpan _timeout = Timeout.InfiniteTimeSpan;
    private long _position;
    private bool _isAtEnd;
    private bool _isDisposed;

    internal WebSocketMessageStream(WebSocketClient client, ClientConnection connection, StreamedMessage message)
    {
        _client = client;
        _connection = connection;
        _message = message;
    }

    /// <summary>Gets whether the message is text (UTF-8) or binary.</summary>
    public WebSocketMessageType MessageType => _message.MessageType;

    /// <inheritdoc/>
    public override bool CanRead => !_isDisposed;

    /// <summary>Gets false.</summary>
    public override bool CanSeek => false;

    /// <summary>Gets false.</summary>
    public override bool CanWrite => false;

    /// <summary>Gets true.</summary>
    public override bool CanTimeout => true;

    /// <summary>Gets or sets how long each read may wait for bytes, in milliseconds. Default infinite: the heartbeat finds a dead server.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither positive nor <see cref="Timeout.Infinite"/>.</exception>
    public override int ReadTimeout
    {
        get => (int)_timeout.TotalMilliseconds;
        set => _timeout = value > 0 || value == Timeout.Infinite ? TimeSpan.FromMilliseconds(value)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "ReadTimeout must be positive, in milliseconds, or Timeout.Infinite (-1).");
    }

    /// <summary>The length is not known before the end.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw new NotSupportedException("The length of a message is not known before its end.");

    /// <summary>Gets how many bytes have been read. It cannot be set.</summary>
    /// <exception cref="NotSupportedException">It is set.</exception>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("A received message cannot be read twice.");
    }

    /// <summary>Reads what has come of the message, as much as fits. Blocks until there is something, or the message ends.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="offset">From where on.</param>
    /// <param name="count">How much at most.</param>
    /// <returns>The number of bytes; 0: the message is complete.</returns>
    /// <exception cref="TimeoutException">Nothing came within <see cref="ReadTimeout"/>; nothing is lost, and the connection lives.</exception>
    /// <exception cref="WebSocketClosedException">The connection ended before the message was complete.</exception>
    /// <exception cref="ArgumentException">There is no such part of the buffer.</exception>
    /// <exception cref="ObjectDisposedException">The stream was disposed.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        if (buffer is null)
            throw new ArgumentNullException(nameof(buffer));
        if (offset < 0 || offset > buffer.Length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The offset must lie in the buffer.");
        if (count < 0 || count > buffer.Length - offset)
            throw new ArgumentOutOfRangeException(nameof(count), count, "Offset and count must lie in the buffer.");
        return ReadInto(buffer.AsSpan(offset, count));
    }

#if NET
    /// <inheritdoc cref="Read(byte[], int, int)"/>
    public override int Read(Span<byte> buffer) => ReadInto(buffer);
#endif

    /// <summary>Reads a byte; otherwise as <see cref="Read(byte[], int, int)"/>.</summary>
    /// <returns>The byte; -1: the message is complete.</returns>
    /// <inheritdoc cref="Read(byte[], int, int)" path="/exception[not(contains(@cref,'Argument'))]"/>
    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return ReadInto(one) == 0 ? -1 : one[0];
    }

    /// <summary>Does nothing: there is nothing to be written.</summary>
    public override void Flush()
    {
    }

    /// <summary>A message cannot be read twice.</summary>
    /// <param name="offset">Not used.</param>
    /// <param name="origin">Not used.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A received message cannot be read twice.");

    /// <summary>A received message cannot be changed.</summary>
    /// <param name="value">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value) => throw new NotSupportedException("A received message cannot be changed.");

    /// <summary>A received message cannot be changed.</summary>
    /// <param name="buffer">Not used.</param>
    /// <param name="offset">Not used.</param>
    /// <param name="count">Not used.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A received message cannot be changed.");

    /// <summary>Skips what is left of the message. Does not block.</summary>
    /// <param name="disposing">False: nobody holds the stream any more, which ends nothing.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _part = new ArraySegment<byte>([]);
            _connection.Skip(_message);
            GC.KeepAlive(_client);
        }
        base.Dispose(disposing);
    }

    private int ReadInto(Span<byte> buffer)
    {
        if (_isDisposed)
            throw new ObjectDisposedException(nameof(WebSocketMessageStream));
        if (buffer.IsEmpty || !HasBytes())
            return 0;
        int count = Math.Min(buffer.Length, _part.Count);
        _part.AsSpan(0, count).CopyTo(buffer);
        _part = new ArraySegment<byte>(_part.Array!, _part.Offset + count, _part.Count - count);
        _position += count;
        return count;
    }

    // False: the message is complete.
    private bool HasBytes()
    {
        if (_part.Count > 0 || _isAtEnd)
            return _part.Count > 0;
        if (!_connection.TryTake(_message, _timeout, out _part))
            throw new TimeoutException(FormattableString.Invariant($"Nothing more of the message came within {_timeout.TotalSeconds:0.###} s. The connection is still open."));
        GC.KeepAlive(_client);
        _isAtEnd = _part.Count == 0;
        return !_isAtEnd;
    }
}
