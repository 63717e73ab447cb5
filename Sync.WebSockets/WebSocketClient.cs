using System;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading;
using Sync.WebSockets.Connection;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets;

// The facade: checks arguments, encodes text, and hands everything to the connection. The connection does not know it, so a client
// that the program has lost can be collected, and its finalizer has the connection cut. Every method ends with KeepAlive: otherwise a
// client whose last use is a blocking call could be collected inside of that call.

/// <summary>
/// A WebSocket (RFC 6455), used by blocking calls. A thread of its own reads, answers the server's pings and keeps the heartbeat's
/// promises, whatever the program does meanwhile.
/// </summary>
/// <remarks>
/// <para>
/// All members are safe from any thread. Messages sent by one thread arrive in the order in which it sent them; two messages never
/// mix. With several threads in <c>Receive</c> each message goes to exactly one of them.
/// </para>
/// <para>
/// Dispose the client when done. One that is lost without that is cut once it is collected, and never keeps the process alive.
/// </para>
/// </remarks>
public sealed partial class WebSocketClient : IWebSocketClient
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ClientConnection _connection;
    private volatile bool _disposed;

    private WebSocketClient(ClientConnection connection) => _connection = connection;

    /// <summary>Finalizes an instance of the <see cref="WebSocketClient"/> class: cuts the connection of a client that was never closed.</summary>
#pragma warning disable MA0055 // There is no handle to wrap: what is to be noticed is that nobody holds the client any more.
    ~WebSocketClient()
#pragma warning restore MA0055
    {
        // When the process ends the heartbeat thread may be stopped already, inside its lock.
        if (!Environment.HasShutdownStarted)
            _connection?.Abandon();
    }

    /// <summary>Gets the state: Open, CloseSent, CloseReceived, Closed; or Aborted after <see cref="Abort"/> or an interrupted Send. Messages that came before the end can be received in any state. Readable after Dispose.</summary>
    public WebSocketState State => Alive(_connection.State);

    /// <summary>Gets the URI that the client connected to, without user name and password; after redirects the last one.</summary>
    public Uri Uri => _connection.Opened.Uri;

    /// <summary>Gets the subprotocol that the server picked; null for none.</summary>
    public string? SubProtocol => _connection.Opened.SubProtocol;

    /// <summary>Gets this side's address; null over a stream of the program's own.</summary>
    public EndPoint? LocalEndPoint => _connection.Opened.Link.LocalEndPoint;

    /// <summary>Gets the address that the client is connected to: the proxy's, where there is one. Null over a stream of the program's own.</summary>
    public EndPoint? RemoteEndPoint => _connection.Opened.Link.RemoteEndPoint;

    /// <summary>Gets the server's answer to the opening handshake.</summary>
    public WebSocketHandshakeResponse Response => _connection.Opened.Response;

    /// <summary>Gets the status of the server's Close frame; null when none has come or it held none. Readable after Dispose.</summary>
    public WebSocketCloseStatus? CloseStatus => _connection.ReceivedClose?.Status;

    /// <summary>Gets the reason in the server's Close frame, empty when it gave none; null when no Close frame has come. Readable after Dispose.</summary>
    public string? CloseStatusDescription => _connection.ReceivedClose?.Description;

    /// <summary>Gets the round trip of the last answered ping, the heartbeat's or one of <see cref="Ping()"/>; null until the first pong.</summary>
    public TimeSpan? Latency => _connection.Latency;

    /// <summary>
    /// Gets or sets the time between the heartbeat's pings; infinite switches the heartbeat off. A change takes effect at once: the next
    /// ping is due one new interval after the last one. With a <see cref="HeartbeatPolicy"/> it is infinite, and setting it has no effect.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan PingInterval
    {
        get => _connection.PingInterval;
        set => _connection.PingInterval = Timeouts.CheckPositive(value, nameof(PingInterval));
    }

    /// <summary>
    /// Gets or sets how long the peer may stay silent after a ping of the heartbeat; infinite: for ever. A change takes effect at once,
    /// on a ping that waits for its answer too. With a <see cref="HeartbeatPolicy"/>, which judges itself, it has no effect.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan PingTimeout
    {
        get => _connection.PingTimeout;
        set => _connection.PingTimeout = Timeouts.CheckPositive(value, nameof(PingTimeout));
    }

    /// <summary>
    /// Connects. Blocks until the WebSocket is open, for <see cref="WebSocketClientOptions.ConnectTimeout"/> at most in total.
    /// </summary>
    /// <param name="uri">
    /// A ws or wss URI (RFC 6455 section 3), without fragment, and without user name unless <see cref="WebSocketClientOptions.UseUserInfo"/> is
    /// set; or ws+unix:///path/of/the/socket:/path, on .NET 10.
    /// </param>
    /// <param name="options">What to connect with; null for the defaults. Copied, so later changes do not matter.</param>
    /// <param name="cancellationToken">Ends the attempt at once.</param>
    /// <returns>The open client.</returns>
    /// <exception cref="ArgumentException">The URI or the options are not valid; nothing was sent.</exception>
    /// <exception cref="PlatformNotSupportedException">A ws+unix URI with the builds for .NET Standard and .NET Framework.</exception>
    /// <exception cref="WebSocketConnectException">There is no connection, for the reason given; or ConnectTimeout is over.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static WebSocketClient Connect(Uri uri, WebSocketClientOptions? options = null, CancellationToken cancellationToken = default) =>
        Connect(uri, options, ClientEnvironment.Default, cancellationToken);

    /// <inheritdoc cref="Connect(Uri, WebSocketClientOptions, CancellationToken)"/>
    public static WebSocketClient Connect(string uri, WebSocketClientOptions? options = null, CancellationToken cancellationToken = default) =>
        Connect(Parse(uri), options, cancellationToken);

    internal static Uri Parse(string uri)
    {
        if (uri is null)
            throw new ArgumentNullException(nameof(uri));
        return Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed)
            ? parsed
            : throw new ArgumentException("Not an absolute URI; expected ws://host[:port]/path or wss://host[:port]/path.", nameof(uri));
    }

    internal static WebSocketClient Connect(
        Uri uri, WebSocketClientOptions? options, ClientEnvironment environment, CancellationToken cancellationToken)
    {
        WebSocketClientOptions frozen = (options ?? new WebSocketClientOptions()).Freeze();
        return new WebSocketClient(Opening.Open(Destination.Of(uri, frozen), frozen, environment, cancellationToken));
    }

    /// <summary>
    /// Sends a ping (RFC 6455 section 5.5.2) and blocks until its pong comes; for ever if need be, but the heartbeat finds a dead peer. While the
    /// receive queue is full nothing is read, not even a pong: give a timeout, or have another thread receive.
    /// </summary>
    /// <returns>The round trip.</returns>
    /// <exception cref="InvalidOperationException">Called by a <see cref="HeartbeatPolicy"/>, or on the reading thread, by a logger for instance.</exception>
    /// <exception cref="WebSocketClosedException">The connection has ended, or ended meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    public TimeSpan Ping() => Ping(Timeout.InfiniteTimeSpan);

    /// <summary>
    /// Sends a ping (RFC 6455 section 5.5.2) and blocks until its pong comes, or the time is up. While the receive queue is full no pong is read.
    /// </summary>
    /// <param name="timeout">The longest wait. When it is over the connection lives.</param>
    /// <returns>The round trip.</returns>
    /// <exception cref="InvalidOperationException">Called by a <see cref="HeartbeatPolicy"/>, or on the reading thread, by a logger for instance.</exception>
    /// <exception cref="TimeoutException">No pong came in time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <exception cref="WebSocketClosedException">The connection has ended, or ended meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    public TimeSpan Ping(TimeSpan timeout)
    {
        Timeouts.Check(timeout, nameof(timeout));
        ThrowIfDisposed();
        return Alive(_connection.Ping(timeout));
    }

    /// <summary>Sends an unsolicited pong without payload, as a one-way heartbeat (RFC 6455 section 5.5.3). Blocks as <see cref="Pong(byte[])"/> does.</summary>
    public void Pong() => Pong([]);

    /// <summary>
    /// Sends an unsolicited pong, as a one-way heartbeat (RFC 6455 section 5.5.3). Blocks until TCP has taken it: for
    /// <see cref="WebSocketClientOptions.SendTimeout"/> at most.
    /// </summary>
    /// <param name="payload">At most 125 bytes.</param>
    /// <exception cref="ArgumentException">The payload is null or too long.</exception>
    /// <exception cref="TimeoutException">It was not sent within SendTimeout; the connection lives.</exception>
    /// <exception cref="InvalidOperationException">Called by a <see cref="HeartbeatPolicy"/>.</exception>
    /// <exception cref="WebSocketClosedException">The connection has ended, or ended meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    public void Pong(byte[] payload)
    {
        if (payload is null)
            throw new ArgumentNullException(nameof(payload));
        if (payload.Length > 125)
            throw new ArgumentException(FormattableString.Invariant($"A pong holds at most 125 bytes (RFC 6455 section 5.5), not {payload.Length}."), nameof(payload));
        ThrowIfDisposed();
        _connection.Pong([.. payload]);
        GC.KeepAlive(this);
    }

    /// <summary>Closes with 1000 (normal closure); see <see cref="Close(WebSocketCloseStatus, string)"/>.</summary>
    public void Close() => Close(WebSocketCloseStatus.NormalClosure, null);

    /// <summary>
    /// Closes the connection by the closing handshake (RFC 6455 section 7): what was sent before arrives. Blocks until it is done, for
    /// <see cref="WebSocketClientOptions.CloseTimeout"/> at most in total, then cuts the connection. However that goes, and also when the
    /// connection had ended before, it returns normally, and <see cref="State"/> is Closed or Aborted then. Whoever is blocked in Receive is freed;
    /// messages that came before can still be received, later ones are dropped. On the reading thread, in a logger for instance, it does not wait.
    /// </summary>
    /// <param name="status">1000 to 1003, 1007 to 1014, or 3000 to 4999 (RFC 6455 section 7.4).</param>
    /// <param name="description">The reason, for humans: at most 123 bytes of UTF-8; or null.</param>
    /// <exception cref="ArgumentException">Another status, or too long a reason; nothing was done.</exception>
    /// <exception cref="InvalidOperationException">Called by a <see cref="HeartbeatPolicy"/>; it can return an action instead.</exception>
    public void Close(WebSocketCloseStatus status, string? description)
    {
        CheckClose(status, description);
        _connection.Close(new WebSocketCloseFrame(status, description));
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Blocks until the connection has ended, by whichever side, or the time is up. While the receive queue is full nothing is read, not even a
    /// Close frame: have another thread receive.
    /// </summary>
    /// <param name="timeout">The longest wait; <see cref="TimeSpan.Zero"/> only looks.</param>
    /// <returns>True: it has ended.</returns>
    /// <exception cref="InvalidOperationException">Called by a <see cref="HeartbeatPolicy"/>, or on the reading thread, by a logger for instance.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    public bool WaitForClose(TimeSpan timeout) => Alive(_connection.WaitForClose(Timeouts.Check(timeout, nameof(timeout))));

    /// <summary>
    /// Cuts the connection at once, without a closing handshake; what was sent may not arrive. Whoever is blocked is freed. Does not
    /// block, never throws, and does nothing when the connection has ended.
    /// </summary>
    public void Abort()
    {
        _connection.Abort("The program aborted the connection.");
        GC.KeepAlive(this);
    }

    /// <summary>Takes the counts of this connection so far. Does not block. Readable after Dispose.</summary>
    /// <returns>A snapshot.</returns>
    public WebSocketStatistics GetStatistics() => Alive(_connection.GetStatistics());

    /// <summary>Looks at how the connection does: the same facts that a <see cref="HeartbeatPolicy"/> judges by. Does not block. Usable after Dispose.</summary>
    /// <returns>The facts at this moment.</returns>
    public WebSocketHealth CheckHealth() => Alive(_connection.CheckHealth());

    /// <summary>
    /// Closes as <see cref="Close()"/> does, in the same bound, and drops what was received and not taken. Calls that are blocked throw
    /// <see cref="WebSocketClosedException"/> at once; a Send that is stuck is ended, with its message cut off in the middle, instead of waiting for it.
    /// Never throws; the second call does nothing.
    /// </summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (_disposed)
            return;
        _disposed = true;
        _connection.Dispose();
    }

    internal static void CheckClose(WebSocketCloseStatus status, string? description)
    {
        if (!ClosePayload.IsValidToSend(status))
            throw new ArgumentOutOfRangeException(nameof(status), status, "A Close frame holds 1000 to 1003, 1007 to 1014, or 3000 to 4999 (RFC 6455 section 7.4).");
        if (description is not null && Strict.GetByteCount(description) > ClosePayload.MaxDescriptionLength)
            throw new ArgumentException("The reason must not be longer than 123 bytes of UTF-8 (RFC 6455 section 5.5).", nameof(description));
    }

    /// <summary>Whether anything of a message has come that nobody has received to its end. What is still on its way nobody knows.</summary>
    internal bool HasUnread => Alive(_connection.HasUnread);

    /// <summary>The first half of <see cref="Dispose"/>, which does not wait; the end comes within CloseTimeout by itself.</summary>
    /// <returns>When it comes at the latest, for the second half; null: somebody else has disposed the client.</returns>
    internal Deadline? BeginDispose()
    {
#pragma warning disable CA1816 // This is Dispose, but for its wait.
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
        if (_disposed)
            return null;
        _disposed = true;
        return _connection.BeginDispose();
    }

    /// <summary>The second half: blocks until the connection has ended.</summary>
    internal void EndDispose(Deadline deadline) => _connection.EndDispose(deadline);

    private void ThrowIfDisposed()
    {
        if (_disposed)
            throw new ObjectDisposedException(nameof(WebSocketClient));
    }

    // The client must live until the call is over.
    private T Alive<T>(T result)
    {
        GC.KeepAlive(this);
        return result;
    }
}
