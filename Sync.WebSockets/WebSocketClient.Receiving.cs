using System;
using System.Buffers;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Connection;

namespace Sync.WebSockets;

// Receive, in all its forms.
public sealed partial class WebSocketClient
{
    /// <summary>Takes the next message. Blocks until one comes or the connection ends; the heartbeat finds a dead peer.</summary>
    /// <returns>The message.</returns>
    /// <exception cref="WebSocketClosedException">The connection has ended, and every message that came before has been taken.</exception>
    /// <exception cref="InvalidOperationException">A message is being received as a stream: read it to its end or dispose it first.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    public WebSocketMessage Receive() => Receive(Timeout.InfiniteTimeSpan, CancellationToken.None);

    /// <summary>Takes the next message. Blocks until one comes, the time is up or the connection ends.</summary>
    /// <param name="timeout">The longest wait. When it is over nothing is lost and the connection lives.</param>
    /// <returns>The message.</returns>
    /// <exception cref="TimeoutException">No message came in time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <inheritdoc cref="Receive()" path="/exception"/>
    public WebSocketMessage Receive(TimeSpan timeout) => Receive(timeout, CancellationToken.None);

    /// <summary>Takes the next message. Blocks until one comes, the time is up, the token is cancelled or the connection ends.</summary>
    /// <param name="timeout">The longest wait. When it is over nothing is lost and the connection lives.</param>
    /// <param name="cancellationToken">Ends the wait; nothing is lost and the connection lives.</param>
    /// <returns>The message.</returns>
    /// <exception cref="TimeoutException">No message came in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <inheritdoc cref="Receive()" path="/exception"/>
    public WebSocketMessage Receive(TimeSpan timeout, CancellationToken cancellationToken) =>
        TryReceive(timeout, cancellationToken, out WebSocketMessage message) ? message : throw NoMessage(timeout);

    /// <summary>Takes the next message if one comes in time. Blocks as <see cref="Receive(TimeSpan)"/> does, but a timeout is no exception.</summary>
    /// <param name="timeout">The longest wait; <see cref="TimeSpan.Zero"/> only looks.</param>
    /// <param name="message">The message; when there is none, an empty text that means nothing.</param>
    /// <returns>False: the time is up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <inheritdoc cref="Receive()" path="/exception"/>
    public bool TryReceive(TimeSpan timeout, out WebSocketMessage message) => TryReceive(timeout, CancellationToken.None, out message);

    /// <summary>Takes the next message as a string. Blocks until one comes or the connection ends; the heartbeat finds a dead peer.</summary>
    /// <returns>What the message says. Less is copied than by <see cref="Receive()"/> and <see cref="WebSocketMessage.Text"/>.</returns>
    /// <exception cref="InvalidOperationException">
    /// The next message is binary; it is kept, and <see cref="Receive()"/> gets it. Or a message is being received as a stream: read it to its
    /// end or dispose it first.
    /// </exception>
    /// <exception cref="OutOfMemoryException">There is none for the string. A message of 16 KiB or more is lost with it, unlike in <see cref="Receive()"/>.</exception>
    /// <exception cref="WebSocketClosedException">The connection has ended, and every message that came before has been taken.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    public string ReceiveText() => ReceiveText(Timeout.InfiniteTimeSpan);

    /// <summary>Takes the next message as a string. Blocks until one comes, the time is up or the connection ends.</summary>
    /// <param name="timeout">The longest wait. When it is over nothing is lost and the connection lives.</param>
    /// <returns>What the message says.</returns>
    /// <exception cref="TimeoutException">No message came in time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <inheritdoc cref="ReceiveText()" path="/exception"/>
    public string ReceiveText(TimeSpan timeout)
    {
        Timeouts.Check(timeout, nameof(timeout));
        ThrowIfDisposed();
        if (!_connection.TryReceive(timeout, out string? text))
            throw NoMessage(timeout);
        GC.KeepAlive(this);
        return text ?? throw new InvalidOperationException("The next message is binary, so it has no text. It is kept: take it with Receive.");
    }

    /// <summary>
    /// Takes the next message into the caller's buffer, without allocating. Blocks until one comes, the time is up or the connection ends.
    /// </summary>
    /// <param name="buffer">Where the payload goes, from its beginning. What a call leaves there that throws means nothing.</param>
    /// <param name="messageType">Text or Binary.</param>
    /// <param name="timeout">The longest wait. When it is over nothing is lost and the connection lives.</param>
    /// <returns>The length of the payload.</returns>
    /// <exception cref="ArgumentException">The buffer is too small, and the message says how large it has to be; the message is kept, a later call gets it.</exception>
    /// <exception cref="TimeoutException">No message came in time.</exception>
    /// <inheritdoc cref="Receive()" path="/exception"/>
    public int Receive(byte[] buffer, out WebSocketMessageType messageType, TimeSpan timeout)
    {
        if (buffer is null)
            throw new ArgumentNullException(nameof(buffer));
        Timeouts.Check(timeout, nameof(timeout));
        ThrowIfDisposed();
        if (!_connection.TryReceive(timeout, buffer, out messageType, out int count))
            throw NoMessage(timeout);
        GC.KeepAlive(this);
        if (count > buffer.Length)
            throw new ArgumentException(FormattableString.Invariant($"The next message has {count} bytes, the buffer {buffer.Length}. It is kept: call again with a larger buffer."), nameof(buffer));
        return count;
    }

    /// <summary>
    /// Appends the next message to the caller's writer, without allocating anything itself. Blocks until one comes, the time is up or the
    /// connection ends.
    /// </summary>
    /// <param name="destination">
    /// Where the payload goes; it is not cleared before. What it throws comes out of this call, and the message is lost then.
    /// </param>
    /// <param name="timeout">The longest wait. When it is over nothing is lost and the connection lives.</param>
    /// <returns>Text or Binary.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="destination"/> is null.</exception>
    /// <exception cref="TimeoutException">No message came in time.</exception>
    /// <inheritdoc cref="Receive()" path="/exception"/>
    public WebSocketMessageType Receive(IBufferWriter<byte> destination, TimeSpan timeout)
    {
        if (destination is null)
            throw new ArgumentNullException(nameof(destination));
        Timeouts.Check(timeout, nameof(timeout));
        ThrowIfDisposed();
        WebSocketMessageType? messageType = _connection.TryReceive(timeout, destination);
        GC.KeepAlive(this);
        return messageType ?? throw NoMessage(timeout);
    }

    /// <summary>
    /// Takes the next message as a stream, before it is complete: its bytes come out as they arrive, so it may be longer than memory, and than
    /// <see cref="WebSocketClientOptions.MaxMessageSize"/>. Blocks until a message begins or the connection ends.
    /// </summary>
    /// <returns>The stream, to be disposed. Until it is read to its end or disposed, no other message can be received.</returns>
    /// <inheritdoc cref="OpenReceiveStream(TimeSpan, CancellationToken)" path="/exception[contains(@cref,'Closed') or contains(@cref,'Disposed') or contains(@cref,'InvalidOp')]"/>
    public WebSocketMessageStream OpenReceiveStream() => OpenReceiveStream(Timeout.InfiniteTimeSpan, CancellationToken.None);

    /// <summary>Takes the next message as a stream, before it is complete; see <see cref="OpenReceiveStream()"/>.</summary>
    /// <param name="timeout">
    /// The longest wait for a message to begin; each read has <see cref="WebSocketMessageStream.ReadTimeout"/>. When it is over nothing is
    /// lost and the connection lives.
    /// </param>
    /// <param name="cancellationToken">Ends that wait; nothing is lost and the connection lives.</param>
    /// <returns>The stream, to be disposed. Until it is read to its end or disposed, no other message can be received.</returns>
    /// <exception cref="TimeoutException">No message began in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Another message is still being received as a stream.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <exception cref="WebSocketClosedException">The connection has ended, and every message that came before has been taken.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    public WebSocketMessageStream OpenReceiveStream(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Timeouts.Check(timeout, nameof(timeout));
        ThrowIfDisposed();
        StreamedMessage message = _connection.TryOpen(timeout, cancellationToken) ?? throw NoMessage(timeout);
        try
        {
            return new WebSocketMessageStream(this, _connection, message);
        }
        catch
        {
            // No memory: nobody else could let go of it.
            _connection.Skip(message);
            throw;
        }
    }

    private bool TryReceive(TimeSpan timeout, CancellationToken cancellationToken, out WebSocketMessage message)
    {
        Timeouts.Check(timeout, nameof(timeout));
        ThrowIfDisposed();
        return Alive(_connection.TryReceive(timeout, cancellationToken, out message));
    }

    private static TimeoutException NoMessage(TimeSpan timeout) =>
        new(FormattableString.Invariant($"No message came within {timeout.TotalSeconds:0.###} s. The connection is still open."));
}
