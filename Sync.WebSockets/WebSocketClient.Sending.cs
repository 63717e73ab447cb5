using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using Sync.WebSockets.Connection;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Protocol.Messages;

namespace Sync.WebSockets;

// Send, in all its forms.
public sealed partial class WebSocketClient
{
    /// <summary>
    /// Sends a text message. Blocks until TCP has taken it all: for <see cref="WebSocketClientOptions.SendTimeout"/> at most in total;
    /// by default for as long as the heartbeat sees the peer alive.
    /// </summary>
    /// <param name="text">The text; empty is a message too.</param>
    /// <exception cref="ArgumentException">The text is null or holds half of a surrogate pair; nothing was sent.</exception>
    /// <exception cref="TimeoutException">Nothing was sent within SendTimeout; the connection lives.</exception>
    /// <exception cref="WebSocketClosedException">The connection has ended, or ended meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    public void Send(string text) => Send(text, compress: true);

    /// <summary>Sends a text message, compressed or not. Blocks as <see cref="Send(string)"/> does.</summary>
    /// <param name="text">The text; empty is a message too.</param>
    /// <param name="compress">False: not even where compression was agreed on, for instance since it holds a secret.</param>
    /// <inheritdoc cref="Send(string)" path="/exception"/>
    public void Send(string text, bool compress) =>
        SendChecked(Strict.GetBytes(text ?? throw new ArgumentNullException(nameof(text))), Opcode.Text, compress);

    /// <summary>Sends a binary message. Blocks as <see cref="Send(string)"/> does.</summary>
    /// <param name="binary">The payload; it may be changed once the call has returned.</param>
    /// <exception cref="ArgumentNullException"><paramref name="binary"/> is null.</exception>
    /// <inheritdoc cref="Send(string)" path="/exception[not(contains(@cref,'Argument'))]"/>
    public void Send(byte[] binary) => SendChecked(binary ?? throw new ArgumentNullException(nameof(binary)), Opcode.Binary, compress: true);

    /// <summary>Sends a message. Blocks as <see cref="Send(string)"/> does.</summary>
    /// <param name="payload">The payload; UTF-8 for a text message.</param>
    /// <param name="messageType">Text or Binary.</param>
    /// <exception cref="ArgumentException">Another type, null, or text that is not UTF-8; nothing was sent.</exception>
    /// <inheritdoc cref="Send(string)" path="/exception[not(contains(@cref,'Argument'))]"/>
    public void Send(byte[] payload, WebSocketMessageType messageType) => Send(payload, messageType, compress: true);

    /// <summary>Sends a message, compressed or not. Blocks as <see cref="Send(string)"/> does.</summary>
    /// <param name="payload">The payload; UTF-8 for a text message.</param>
    /// <param name="messageType">Text or Binary.</param>
    /// <param name="compress">False: not even where compression was agreed on, for instance since it holds a secret.</param>
    /// <exception cref="ArgumentException">Another type, null, or text that is not UTF-8; nothing was sent.</exception>
    /// <inheritdoc cref="Send(string)" path="/exception[not(contains(@cref,'Argument'))]"/>
    public void Send(byte[] payload, WebSocketMessageType messageType, bool compress) =>
        Send((payload ?? throw new ArgumentNullException(nameof(payload))).AsSpan(), messageType, compress);

    /// <summary>Sends a part of an array as a message. Blocks as <see cref="Send(string)"/> does.</summary>
    /// <param name="buffer">The array.</param>
    /// <param name="offset">Where the payload begins.</param>
    /// <param name="count">How long it is, in bytes.</param>
    /// <param name="messageType">Text or Binary.</param>
    /// <exception cref="ArgumentException">Another type, null, no such part, or text that is not UTF-8; nothing was sent.</exception>
    /// <inheritdoc cref="Send(string)" path="/exception[not(contains(@cref,'Argument'))]"/>
    public void Send(byte[] buffer, int offset, int count, WebSocketMessageType messageType)
    {
        if (buffer is null)
            throw new ArgumentNullException(nameof(buffer));
        if (offset < 0 || offset > buffer.Length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "The offset must lie in the buffer.");
        if (count < 0 || count > buffer.Length - offset)
            throw new ArgumentOutOfRangeException(nameof(count), count, "Offset and count must lie in the buffer.");
        Send(buffer.AsSpan(offset, count), messageType);
    }

    /// <summary>Sends a message. Blocks as <see cref="Send(string)"/> does.</summary>
    /// <param name="payload">The payload; UTF-8 for a text message.</param>
    /// <param name="messageType">Text or Binary.</param>
    /// <exception cref="ArgumentException">Another type, or text that is not UTF-8; nothing was sent.</exception>
    /// <inheritdoc cref="Send(string)" path="/exception[not(contains(@cref,'Argument'))]"/>
    public void Send(ReadOnlySpan<byte> payload, WebSocketMessageType messageType) => Send(payload, messageType, compress: true);

    /// <summary>Sends a message, compressed or not. Blocks as <see cref="Send(string)"/> does.</summary>
    /// <param name="payload">The payload; UTF-8 for a text message.</param>
    /// <param name="messageType">Text or Binary.</param>
    /// <param name="compress">False: not even where compression was agreed on, for instance since it holds a secret.</param>
    /// <exception cref="ArgumentException">Another type, or text that is not UTF-8; nothing was sent.</exception>
    /// <inheritdoc cref="Send(string)" path="/exception[not(contains(@cref,'Argument'))]"/>
    public void Send(ReadOnlySpan<byte> payload, WebSocketMessageType messageType, bool compress) =>
        SendChecked(payload, Check(payload, messageType), compress);

    /// <summary>
    /// Sends text messages one after the other, short ones many in one write: faster than a <see cref="Send(string)"/> for each. No other
    /// message comes between them. Blocks until TCP has taken them all: for <see cref="WebSocketClientOptions.SendTimeout"/> at most in total.
    /// </summary>
    /// <param name="messages">
    /// The texts. They are compressed where that was agreed on: send one that must not be with
    /// <see cref="Send(string, bool)"/>.
    /// </param>
    /// <exception cref="ArgumentException">The list or a text is null, or holds half of a surrogate pair; nothing was sent.</exception>
    /// <exception cref="TimeoutException">Not one was sent within SendTimeout; the connection lives.</exception>
    /// <exception cref="WebSocketClosedException">The connection has ended, or ended meanwhile: some messages may have been sent; one that was cut no server takes for a whole one.</exception>
    /// <inheritdoc cref="Send(string)" path="/exception[contains(@cref,'Disposed')]"/>
    public void SendBatch(IReadOnlyList<string> messages)
    {
        // The list is read once: it may change, or make its items anew.
        string[] texts = [.. messages ?? throw new ArgumentNullException(nameof(messages))];
        int longest = 0;
        for (int i = 0; i < texts.Length; i++)
            longest = Math.Max(longest, Strict.GetByteCount(texts[i] ?? throw NullIn(i, nameof(messages))));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(longest);
        try
        {
            SendBatch(texts.Length, i => buffer.AsSpan(0, Strict.GetBytes(texts[i], 0, texts[i].Length, buffer, 0)), Opcode.Text);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sends messages one after the other, short ones many in one write; see <see cref="SendBatch(IReadOnlyList{string})"/>.</summary>
    /// <param name="messages">The payloads; UTF-8 for text messages.</param>
    /// <param name="messageType">Text or Binary, for all of them.</param>
    /// <exception cref="ArgumentException">Another type, null, or text that is not UTF-8; nothing was sent.</exception>
    /// <inheritdoc cref="SendBatch(IReadOnlyList{string})" path="/exception[not(contains(@cref,'Argument'))]"/>
    public void SendBatch(IReadOnlyList<byte[]> messages, WebSocketMessageType messageType)
    {
        Opcode opcode = OpcodeOf(messageType);
        byte[][] payloads = [.. messages ?? throw new ArgumentNullException(nameof(messages))];
        for (int i = 0; i < payloads.Length; i++)
        {
            byte[] payload = payloads[i] ?? throw NullIn(i, nameof(messages));
            if (opcode == Opcode.Text && !IsUtf8(payload))
                throw new ArgumentException(FormattableString.Invariant($"A text message must be UTF-8 (RFC 6455 section 5.6), and messages[{i}] is not; send it as Binary."), nameof(messages));
        }
        SendBatch(payloads.Length, i => payloads[i], opcode);
    }

    /// <summary>
    /// Sends what a stream gives until it ends as one message, in fragments of at most
    /// <see cref="WebSocketClientOptions.MaxSendFrameSize"/> (RFC 6455 section 5.4): it never lies in memory as a whole. Blocks as
    /// <see cref="Send(Action{Stream}, WebSocketMessageType)"/> does: reading the stream counts as the code does there.
    /// </summary>
    /// <param name="source">
    /// The payload, from where the stream stands to its end; UTF-8 for a text message, and a byte order mark is sent as it is. It is not disposed.
    /// </param>
    /// <param name="messageType">Text or Binary.</param>
    /// <exception cref="ArgumentException">
    /// Another type, null, a stream that cannot be read; or text that is not UTF-8, which is found on the way.
    /// </exception>
    /// <exception cref="TimeoutException">Nothing was sent within SendTimeout; the connection lives. The stream may have been read from.</exception>
    /// <remarks>
    /// What the stream throws comes out of this call, and ends the connection if a part of the message was sent; see
    /// <see cref="Send(Action{Stream}, WebSocketMessageType)"/>.
    /// </remarks>
    /// <inheritdoc cref="Send(string)" path="/exception[contains(@cref,'Closed') or contains(@cref,'Disposed')]"/>
    public void Send(Stream source, WebSocketMessageType messageType) => Send(source, messageType, compress: true);

    /// <summary>Sends what a stream gives as one message, compressed or not; see <see cref="Send(Stream, WebSocketMessageType)"/>.</summary>
    /// <param name="source">The payload.</param>
    /// <param name="messageType">Text or Binary.</param>
    /// <param name="compress">False: not even where compression was agreed on.</param>
    /// <inheritdoc cref="Send(Stream, WebSocketMessageType)" path="/exception"/>
    public void Send(Stream source, WebSocketMessageType messageType, bool compress)
    {
        if (source is null)
            throw new ArgumentNullException(nameof(source));
        if (!source.CanRead)
            throw new ArgumentException("The stream must be one that can be read.", nameof(source));
        SendStream(stream => stream.ReadFrom(source), messageType, compress);
    }

    /// <summary>
    /// Sends a message that is written piece by piece, in fragments of at most <see cref="WebSocketClientOptions.MaxSendFrameSize"/>
    /// (RFC 6455 section 5.4): it never lies in memory as a whole. Blocks until the code has returned and TCP has taken it all: for
    /// <see cref="WebSocketClientOptions.SendTimeout"/> at most in total, the time of the code included. Code that blocks is not
    /// interrupted when that time is up: it is told when it next writes, or when it returns. Meanwhile other messages have to wait; pings,
    /// pongs and Close do not.
    /// </summary>
    /// <param name="write">
    /// Writes the payload to the stream that it gets; called once, in this call and on this thread, and must not be async. The message is
    /// whole when it returns; disposing the stream does not end it, and throwing gives it up. Flushing the stream sends what was written so
    /// far. The stream is for one thread at a time.
    /// </param>
    /// <param name="messageType">Text or Binary.</param>
    /// <exception cref="ArgumentException">Another type, null, an async delegate; or text that is not UTF-8, which is found on the way.</exception>
    /// <exception cref="InvalidOperationException">Thrown by a Send from inside of the code, on the same thread: it would wait for itself.</exception>
    /// <exception cref="TimeoutException">Nothing was sent within SendTimeout; the connection lives.</exception>
    /// <remarks>
    /// What the code throws comes out of this call. If a part of the message was sent by then, the connection ends with 1011 (RFC 6455
    /// section 7.4.1) and <see cref="WebSocketCloseCause.Aborted"/>, so that no cut message ever looks whole; before that it lives. The same
    /// holds for text that turns out not to be UTF-8.
    /// </remarks>
    /// <inheritdoc cref="Send(string)" path="/exception[contains(@cref,'Closed') or contains(@cref,'Disposed')]"/>
    public void Send(Action<Stream> write, WebSocketMessageType messageType) => Send(write, messageType, compress: true);

    /// <summary>Sends a message that is written piece by piece, compressed or not; see <see cref="Send(Action{Stream}, WebSocketMessageType)"/>.</summary>
    /// <param name="write">Writes the payload.</param>
    /// <param name="messageType">Text or Binary.</param>
    /// <param name="compress">False: not even where compression was agreed on.</param>
    /// <inheritdoc cref="Send(Action{Stream}, WebSocketMessageType)" path="/exception"/>
    public void Send(Action<Stream> write, WebSocketMessageType messageType, bool compress)
    {
        if (write is null)
            throw new ArgumentNullException(nameof(write));
        // It would return at its first await, with the message cut but whole to all appearances.
        if (write.Method.IsDefined(typeof(AsyncStateMachineAttribute), inherit: false))
            throw new ArgumentException("The code that writes a message must not be async: the message is whole when it returns.", nameof(write));
        SendStream(write, messageType, compress);
    }

    private void SendStream(Action<MessageWriteStream> write, WebSocketMessageType messageType, bool compress)
    {
        Opcode opcode = OpcodeOf(messageType);
        ThrowIfDisposed();
        _connection.Send(write, opcode, compress);
        GC.KeepAlive(this);
    }

    private void SendBatch(int count, PayloadAt payloadAt, Opcode opcode)
    {
        ThrowIfDisposed();
        if (count > 0)
            _connection.SendBatch(count, payloadAt, opcode);
        GC.KeepAlive(this);
    }

    private static ArgumentException NullIn(int index, string paramName) =>
        new(FormattableString.Invariant($"Every message must have a payload, empty or not; {paramName}[{index}] is null."), paramName);

    private void SendChecked(ReadOnlySpan<byte> payload, Opcode opcode, bool compress)
    {
        ThrowIfDisposed();
        _connection.Send(payload, opcode, compress);
        GC.KeepAlive(this);
    }

    /// <summary>Throws what <see cref="Send(string)"/> would throw because of its argument.</summary>
    internal static void CheckText(string text) => Strict.GetByteCount(text ?? throw new ArgumentNullException(nameof(text)));

    /// <summary>Throws what <see cref="Send(byte[], WebSocketMessageType)"/> would throw because of its arguments.</summary>
    internal static void CheckPayload(byte[] payload, WebSocketMessageType messageType)
    {
        if (payload is null)
            throw new ArgumentNullException(nameof(payload));
        Check(payload, messageType);
    }

    private static Opcode Check(ReadOnlySpan<byte> payload, WebSocketMessageType messageType)
    {
        Opcode opcode = OpcodeOf(messageType);
        if (opcode == Opcode.Text && !IsUtf8(payload))
            throw new ArgumentException("A text message must be UTF-8 (RFC 6455 section 5.6), and these bytes are not; send them as Binary.", nameof(payload));
        return opcode;
    }

    private static Opcode OpcodeOf(WebSocketMessageType messageType) => messageType switch
    {
        WebSocketMessageType.Binary => Opcode.Binary,
        WebSocketMessageType.Text => Opcode.Text,
        _ => throw new ArgumentException("Expected Text or Binary; to close the connection call Close.", nameof(messageType)),
    };

    private static bool IsUtf8(ReadOnlySpan<byte> payload)
    {
        Utf8Validator validator = default;
        return validator.Append(payload) && validator.IsAtBoundary;
    }
}
