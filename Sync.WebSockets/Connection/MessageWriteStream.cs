using System;
using System.Buffers;
using System.IO;
using System.Runtime.ExceptionServices;
using Sync.WebSockets.Protocol.Messages;

namespace Sync.WebSockets.Connection;

// Owner: the thread whose turn it is. It is handed to the program's own code, which may keep it, so it does nothing any more once that code
// has returned.

/// <summary>What a program writes one message to; it goes out in fragments.</summary>
internal sealed class MessageWriteStream : Stream
{
    // What is gathered at most; longer fragments would save nothing any more.
    private const int LargestFragment = 1 << 20;

    private readonly MessageSender _sender;
    private readonly Func<TakeResult, Exception> _toException;
    private readonly bool _isText;
    private int _fragmentSize;
    private Utf8Validator _utf8;
    private byte[] _buffer = [];
    private int _buffered;
    private bool _isFlushed = true;
    private ExceptionDispatchInfo? _failure;
    private bool _isClosed;

    /// <summary>Initializes a new instance of the <see cref="MessageWriteStream"/> class.</summary>
    /// <param name="sender">Whose turn it is.</param>
    /// <param name="isText">Whether it has to be UTF-8.</param>
    /// <param name="toException">What is thrown for a result other than Taken.</param>
    public MessageWriteStream(MessageSender sender, bool isText, Func<TakeResult, Exception> toException)
    {
        _sender = sender;
        _toException = toException;
        _isText = isText;
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_isClosed;

    public override long Length => throw CannotBeRead();

    /// <summary>How much was written; it cannot be set.</summary>
    public override long Position
    {
        get => Written;
        set => throw CannotBeRead();
    }

    public long Written { get; private set; }

    /// <summary>From now on it can be written to; so much is gathered for a frame at most.</summary>
    public void Begin(int maxFrameSize)
    {
        _fragmentSize = Math.Min(maxFrameSize, LargestFragment);
        _buffer = ArrayPool<byte>.Shared.Rent(_fragmentSize);
    }

    public override void Write(byte[] buffer, int offset, int count) => Append(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Append([value]);

#if NET
    public override void Write(ReadOnlySpan<byte> buffer) => Append(buffer);
#endif

    /// <summary>Sends what was written so far, without waiting for more.</summary>
    public override void Flush()
    {
        if (_isFlushed || _isClosed)
            return;
        SendBuffer(last: false, flush: true);
        _isFlushed = true;
    }

    /// <summary>Writes all that the source gives until it ends.</summary>
    public void ReadFrom(Stream source)
    {
        while (true)
        {
            int read = source.Read(_buffer, _buffered, _fragmentSize - _buffered);
            if (read == 0)
                return;
            Check(_buffer.AsSpan(_buffered, read));
            _buffered += read;
            if (_buffered == _fragmentSize)
                SendBuffer(last: false);
        }
    }

    /// <summary>Sends the rest: the message is whole.</summary>
    public void Complete()
    {
        _failure?.Throw();
        if (_isText && !_utf8.IsAtBoundary)
            throw NotUtf8();
        SendBuffer(last: true);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw CannotBeRead();

    public override long Seek(long offset, SeekOrigin origin) => throw CannotBeRead();

    public override void SetLength(long value) => throw CannotBeRead();

    /// <summary>It can be written to no more; the message is not complete by that.</summary>
    public void Detach()
    {
        _isClosed = true;
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _buffered = 0;
    }

    protected override void Dispose(bool disposing)
    {
        // A writer on top of it may dispose it. The message is whole when the program's code returns, and not before: it may still throw.
        _isClosed = true;
        base.Dispose(disposing);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_isClosed)
            throw new ObjectDisposedException(null, "The stream was disposed, or the Send that it belongs to has returned: nothing can be written to this message any more.");
        _failure?.Throw();
        Check(bytes);
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, _fragmentSize - _buffered);
            bytes.Slice(0, count).CopyTo(_buffer.AsSpan(_buffered));
            _buffered += count;
            bytes = bytes.Slice(count);
            if (_buffered == _fragmentSize)
                SendBuffer(last: false);
        }
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        if (_isText && !_utf8.Append(bytes))
            throw Failed(NotUtf8());
        Written += bytes.Length;
        _isFlushed = false;
    }

    private void SendBuffer(bool last, bool flush = false)
    {
        _failure?.Throw();
        TakeResult result;
        try
        {
            result = _sender.Write(_buffer.AsSpan(0, _buffered), last, flush);
        }
        catch (Exception e)
        {
            Failed(e);
            throw;
        }
        _buffered = 0;
        if (result != TakeResult.Taken)
            throw Failed(_toException(result));
    }

    // The program may catch what is thrown here and go on: then it is thrown again and again, since a message with a hole must not look whole.
    private Exception Failed(Exception exception)
    {
        _failure = ExceptionDispatchInfo.Capture(exception);
        return exception;
    }

    private static NotSupportedException CannotBeRead() => new("A message that is being written can be written to its end, and neither read nor changed.");

    private static ArgumentException NotUtf8() =>
        new("A text message must be UTF-8 (RFC 6455 section 5.6), and what was written is not; send it as Binary.");
}
