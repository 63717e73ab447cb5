using System;
using System.Net.WebSockets;
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
    public void Send(ReadOnlySpan<byte> payload, WebSocketMessageType messageType, bool compress)
    {
        Opcode opcode = OpcodeOf(messageType);
        if (opcode == Opcode.Text)
            CheckUtf8(payload);
        SendChecked(payload, opcode, compress);
    }

    private void SendChecked(ReadOnlySpan<byte> payload, Opcode opcode, bool compress)
    {
        ThrowIfDisposed();
        _connection.Send(payload, opcode, compress);
        GC.KeepAlive(this);
    }

    private static Opcode OpcodeOf(WebSocketMessageType messageType) => messageType switch
    {
        WebSocketMessageType.Binary => Opcode.Binary,
        WebSocketMessageType.Text => Opcode.Text,
        _ => throw new ArgumentException("Expected Text or Binary; to close the connection call Close.", nameof(messageType)),
    };

    private static void CheckUtf8(ReadOnlySpan<byte> payload)
    {
        Utf8Validator validator = default;
        if (!validator.Append(payload) || !validator.IsAtBoundary)
            throw new ArgumentException("A text message must be UTF-8 (RFC 6455 section 5.6), and these bytes are not; send them as Binary.", nameof(payload));
    }
}
