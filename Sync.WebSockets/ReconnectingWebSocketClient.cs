using System;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Connection;
using Sync.WebSockets.Reconnecting;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets;

// The facade: turns waits and lost connections into what the caller of one endless client sees. The reconnecting thread does not know it, so
// a client that the program has lost can be collected, and its finalizer has everything ended.

/// <summary>
/// A WebSocket that connects again when its connection is lost: <c>Send</c> and <c>Receive</c> go on across drops. A thread of its own
/// connects, waits with full jitter between attempts, and runs the hooks of <see cref="ReconnectingWebSocketClientOptions"/>.
/// </summary>
/// <remarks>
/// <para>
/// All members are safe from any thread. Every connection has a heartbeat of its own, which starts afresh. What came over a lost connection is
/// received before what comes over the next one; of lost connections whose messages nobody receives the last four are kept.
/// </para>
/// <para>
/// Nothing that was sent is repeated. A message whose <c>Send</c> has returned may still be lost with the connection, as with any TCP connection:
/// only an acknowledgement by the server tells. See docs/reconnecting.md for how to resume.
/// </para>
/// <para>Dispose the client when done. One that is lost without that is ended once it is collected, unless a hook holds it.</para>
/// </remarks>
public sealed class ReconnectingWebSocketClient : IWebSocketClient
{
    private readonly Reconnector _reconnector;
    private readonly Succession _succession;
    private readonly MonotonicClock _clock;
    private readonly Action<Thread> _startThread;
    private readonly TimeSpan _wait;
    private volatile bool _disposed;

    private ReconnectingWebSocketClient(
        Uri uri,
        ReconnectingWebSocketClientOptions options,
        ClientEnvironment environment,
        Func<ReconnectAttempt, CancellationToken, IWebSocketClient> dial,
        Func<double> random)
    {
        // Made after the client: Mono leaves a pointer to what was made last on the stack of the thread that starts next, and its collector
        // takes that for a reference.
        _reconnector = new Reconnector(uri, options, dial, environment, random);
        _succession = _reconnector.Succession;
        _clock = environment.Clock;
        _startThread = environment.StartThread;
        _wait = options.ConnectionWaitTimeout;
    }

    /// <summary>Finalizes an instance of the <see cref="ReconnectingWebSocketClient"/> class: ends a client that was never closed.</summary>
#pragma warning disable MA0055 // There is no handle to wrap: what is to be noticed is that nobody holds the client any more.
    ~ReconnectingWebSocketClient()
#pragma warning restore MA0055
    {
        if (Environment.HasShutdownStarted || _reconnector is null)
            return;
        // Not here: the finalizer's thread must not wait for anything.
        Reconnector reconnector = _reconnector;
        SharedThread.StartOrRun("ending", () => Cut(reconnector, "The program lost the client without closing it."), _startThread);
    }

    /// <summary>
    /// Gets the state: that of the connection which is up, so mostly Open; Connecting while there is none, the waits between attempts included;
    /// Closed, or Aborted after <see cref="Abort"/>, when it is over. Readable after Dispose.
    /// </summary>
    public WebSocketState State
    {
        get
        {
            WebSocketState state = _succession.Last?.State ?? WebSocketState.Closed;
            if (state is not (WebSocketState.Closed or WebSocketState.Aborted))
                return Alive(state);
            Ending? ending = _succession.Ending;
            return Alive(ending is null ? WebSocketState.Connecting
                : ending.Cause == WebSocketCloseCause.Aborted ? WebSocketState.Aborted
                : WebSocketState.Closed);
        }
    }

    /// <summary>Gets the status of the server's Close frame on the newest connection; null when none has come or it held none. Readable after Dispose.</summary>
    public WebSocketCloseStatus? CloseStatus => Alive(_succession.Last?.CloseStatus);

    /// <summary>
    /// Starts a client and blocks until it has a connection, for <see cref="ReconnectingWebSocketClientOptions.ConnectionWaitTimeout"/> at most, but
    /// not less than the <see cref="WebSocketClientOptions.ConnectTimeout"/> of one attempt.
    /// </summary>
    /// <param name="uri">Where to; see <see cref="WebSocketClient.Connect(Uri, WebSocketClientOptions, CancellationToken)"/>.</param>
    /// <param name="options">How; null for the defaults. Copied, so later changes do not matter.</param>
    /// <param name="cancellationToken">Ends the call, and the client with it.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException">The URI or the options are not valid.</exception>
    /// <exception cref="WebSocketConnectException">An attempt failed in a way that is not worth another one, such as 401.</exception>
    /// <exception cref="WebSocketClosedException">A hook failed in such a way, or the server closed for good while Connected ran.</exception>
    /// <exception cref="TimeoutException">No attempt succeeded in time; the inner exception is the last failure.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="PlatformNotSupportedException">A ws+unix URI with the builds for .NET Standard and .NET Framework.</exception>
    public static ReconnectingWebSocketClient Connect(
        Uri uri, ReconnectingWebSocketClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReconnectingWebSocketClient client = Start(uri, options);
        try
        {
            client.WaitUntilConnected((options ?? new ReconnectingWebSocketClientOptions()).LongestConnect, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="Connect(Uri, ReconnectingWebSocketClientOptions, CancellationToken)"/>
    public static ReconnectingWebSocketClient Connect(
        string uri, ReconnectingWebSocketClientOptions? options = null, CancellationToken cancellationToken = default) =>
        Connect(WebSocketClient.Parse(uri), options, cancellationToken);

    /// <summary>Starts a client that connects in the background. Does not block: calls that need a connection wait for it.</summary>
    /// <param name="uri">Where to; see <see cref="WebSocketClient.Connect(Uri, WebSocketClientOptions, CancellationToken)"/>.</param>
    /// <param name="options">How; null for the defaults. Copied, so later changes do not matter.</param>
    /// <returns>The client.</returns>
    /// <exception cref="ArgumentException">The URI or the options are not valid.</exception>
    public static ReconnectingWebSocketClient Start(Uri uri, ReconnectingWebSocketClientOptions? options = null) =>
        Start(uri, options, ClientEnvironment.Default, static (attempt, token) => WebSocketClient.Connect(attempt.Uri, attempt.Options, token), null);

    /// <inheritdoc cref="Start(Uri, ReconnectingWebSocketClientOptions)"/>
    public static ReconnectingWebSocketClient Start(string uri, ReconnectingWebSocketClientOptions? options = null) =>
        Start(WebSocketClient.Parse(uri), options);

    internal static ReconnectingWebSocketClient Start(
        Uri uri,
        ReconnectingWebSocketClientOptions? options,
        ClientEnvironment environment,
        Func<ReconnectAttempt, CancellationToken, IWebSocketClient> dial,
        Func<double>? random)
    {
        ReconnectingWebSocketClientOptions frozen = (options ?? new ReconnectingWebSocketClientOptions()).Freeze();
        _ = Destination.Of(uri, frozen.ClientOptions);
        // A seed of its own: clients that start together must not wait together.
        random ??= new Random((int)RandomKeys.Seed()).NextDouble;
        var client = new ReconnectingWebSocketClient(uri, frozen, environment, dial, random);
        client._reconnector.Start();
        return client;
    }

    /// <summary>
    /// Sends a text message. Blocks until a connection is up, for <see cref="ReconnectingWebSocketClientOptions.ConnectionWaitTimeout"/> at most,
    /// and then as <see cref="WebSocketClient.Send(string)"/> does. When that connection is lost before the message's first byte is out, the next
    /// one is waited for in the same way; after that the outcome is unknown, and nothing is repeated.
    /// </summary>
    /// <param name="text">The text; empty is a message too.</param>
    /// <exception cref="ArgumentException">The text is null or holds half of a surrogate pair; nothing was sent.</exception>
    /// <exception cref="TimeoutException">No connection was up in time, or SendTimeout was over; nothing was sent.</exception>
    /// <exception cref="WebSocketClosedException">
    /// The connection was lost while the message was under way (<see cref="WebSocketClosedException.SendOutcomeUnknown"/>): this client connects
    /// again, but the server may or may not have the message. Or the client is over.
    /// </exception>
    /// <exception cref="InvalidOperationException">Called from inside a hook.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    public void Send(string text)
    {
        WebSocketClient.CheckText(text);
        Send(client => client.Send(text));
    }

    /// <summary>Sends a binary message. Blocks as <see cref="Send(string)"/> does.</summary>
    /// <param name="binary">The payload.</param>
    /// <exception cref="ArgumentNullException"><paramref name="binary"/> is null.</exception>
    /// <inheritdoc cref="Send(string)" path="/exception[not(contains(@cref,'Argument'))]"/>
    public void Send(byte[] binary) => Send(binary, WebSocketMessageType.Binary);

    /// <summary>Sends a message. Blocks as <see cref="Send(string)"/> does.</summary>
    /// <param name="payload">The payload; UTF-8 for a text message.</param>
    /// <param name="messageType">Text or Binary.</param>
    /// <exception cref="ArgumentException">Another type, null, or text that is not UTF-8; nothing was sent.</exception>
    /// <inheritdoc cref="Send(string)" path="/exception[not(contains(@cref,'Argument'))]"/>
    public void Send(byte[] payload, WebSocketMessageType messageType)
    {
        WebSocketClient.CheckPayload(payload, messageType);
        Send(client => client.Send(payload, messageType));
    }

    /// <summary>Receives the next message. Blocks until one comes, across any number of connections, or the client is over.</summary>
    /// <returns>The message.</returns>
    /// <exception cref="WebSocketClosedException">The client is over, and everything that came has been received.</exception>
    /// <exception cref="InvalidOperationException">Called from inside a hook.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    public WebSocketMessage Receive() => Receive(Timeout.InfiniteTimeSpan);

    /// <summary>Receives the next message. Blocks until one comes, or the time is up; no message is lost by that.</summary>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>The message.</returns>
    /// <exception cref="TimeoutException">No message came in time.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <inheritdoc cref="Receive()" path="/exception"/>
    public WebSocketMessage Receive(TimeSpan timeout) => TryReceive(timeout, out WebSocketMessage message)
        ? message
        : throw new TimeoutException(FormattableString.Invariant($"No message came within {timeout.TotalSeconds:0.###} s."));

    /// <summary>Receives the next message, if one comes in time. Blocks as <see cref="Receive(TimeSpan)"/> does, but a timeout is no exception.</summary>
    /// <param name="timeout">The longest wait; <see cref="TimeSpan.Zero"/> only looks.</param>
    /// <param name="message">The message.</param>
    /// <returns>False: the time is up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <inheritdoc cref="Receive()" path="/exception"/>
    public bool TryReceive(TimeSpan timeout, out WebSocketMessage message)
    {
        Timeouts.Check(timeout, nameof(timeout));
        ThrowIfUnusable();
        Deadline deadline = Deadline.After(_clock, timeout);
        while (_succession.WaitForReadable(deadline) is { } client)
        {
            try
            {
                return Alive(client.TryReceive(deadline.Remaining, out message));
            }
            catch (Exception e) when (HasEnded(e))
            {
                _succession.Drained(client);
            }
        }
        if (_succession.Ending is not null)
            throw _reconnector.ToException();
        message = default;
        return Alive(false);
    }

    /// <summary>Sends a ping and blocks until its pong comes, over whichever connection, or the time is up.</summary>
    /// <param name="timeout">The longest wait in total, for a connection included.</param>
    /// <returns>The round trip.</returns>
    /// <exception cref="TimeoutException">No connection was up in time, or no pong came.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <exception cref="WebSocketClosedException">The client is over.</exception>
    /// <exception cref="InvalidOperationException">Called from inside a hook.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed before the call.</exception>
    public TimeSpan Ping(TimeSpan timeout)
    {
        Timeouts.Check(timeout, nameof(timeout));
        ThrowIfUnusable();
        Deadline deadline = Deadline.After(_clock, timeout);
        while (true)
        {
            IWebSocketClient client = Current(deadline, timeout, "No pong came");
            try
            {
                return Alive(client.Ping(deadline.Remaining));
            }
            catch (Exception e) when (HasEnded(e))
            {
                _succession.Lost(client);
            }
        }
    }

    /// <summary>Looks at how the client does. Does not block, and can be called from inside a hook. Usable after Dispose.</summary>
    /// <returns>The facts at this moment.</returns>
    public ReconnectStatus GetStatus() => Alive(_reconnector.Status);

    /// <summary>Blocks until the client is over, not merely a connection of it, or the time is up.</summary>
    /// <param name="timeout">The longest wait; <see cref="TimeSpan.Zero"/> only looks.</param>
    /// <returns>True: it is over.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    /// <exception cref="InvalidOperationException">Called from inside a hook.</exception>
    public bool WaitForClose(TimeSpan timeout)
    {
        Timeouts.Check(timeout, nameof(timeout));
        _reconnector.ThrowIfInHook();
        return Alive(_succession.WaitForEnd(Deadline.After(_clock, timeout)));
    }

    /// <summary>Closes with 1000 (normal closure); see <see cref="Close(WebSocketCloseStatus, string)"/>.</summary>
    public void Close() => Close(WebSocketCloseStatus.NormalClosure, null);

    /// <summary>
    /// Ends the client: a wait between attempts and an attempt that is under way at once, a connection that is up as
    /// <see cref="WebSocketClient.Close(WebSocketCloseStatus, string)"/> does, within <see cref="WebSocketClientOptions.CloseTimeout"/>. Blocks
    /// for that long at most, and 200 ms for a hook that is under way; returns normally however that goes. Messages that came before can still be received.
    /// </summary>
    /// <param name="status">1000 to 1003, 1007 to 1014, or 3000 to 4999 (RFC 6455 section 7.4).</param>
    /// <param name="description">The reason, for humans: at most 123 bytes of UTF-8; or null.</param>
    /// <exception cref="ArgumentException">Another status, or too long a reason; nothing was done.</exception>
    /// <exception cref="InvalidOperationException">Called from inside a hook.</exception>
    public void Close(WebSocketCloseStatus status, string? description)
    {
        WebSocketClient.CheckClose(status, description);
        _reconnector.ThrowIfInHook();
        _reconnector.TryEnd(WebSocketCloseCause.LocalClose, "The program closed the connection.");
        _succession.Alive?.Close(status, description);
        _reconnector.Join();
        GC.KeepAlive(this);
    }

    /// <summary>Ends the client at once, without a closing handshake. Whoever is blocked is freed. Does not block, never throws; can be called from inside a hook.</summary>
    public void Abort()
    {
        Cut(_reconnector, "The program aborted the connection.");
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Closes as <see cref="Close()"/> does, in the same bound, and drops what was received and not taken. Never throws; the second call does
    /// nothing. From inside a hook it does not wait.
    /// </summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (_disposed)
            return;
        _disposed = true;
        _reconnector.TryEnd(WebSocketCloseCause.LocalClose, "The program disposed the client.");
        _succession.Alive?.Dispose();
        _succession.Clear();
        _reconnector.Join();
    }

    private static void Cut(Reconnector reconnector, string reason)
    {
        reconnector.TryEnd(WebSocketCloseCause.Aborted, reason);
        reconnector.Succession.Alive?.Abort();
    }

    private static bool HasEnded(Exception e) => e is WebSocketClosedException { SendOutcomeUnknown: false } or ObjectDisposedException;

    // Over the connection that is up, or the next one when that one was lost before a byte was out.
    private void Send(Action<IWebSocketClient> send)
    {
        ThrowIfUnusable();
        while (true)
        {
            IWebSocketClient client = Current(Deadline.After(_clock, _wait), _wait, "Nothing was sent");
            try
            {
                send(client);
                GC.KeepAlive(this);
                return;
            }
            catch (Exception e) when (HasEnded(e))
            {
                _succession.Lost(client);
            }
        }
    }

    private IWebSocketClient Current(Deadline deadline, TimeSpan timeout, string inVain) =>
        _succession.WaitForCurrent(deadline)
        ?? throw (_succession.Ending is not null ? _reconnector.ToException() : _reconnector.NoConnection(timeout, inVain));

    private void WaitUntilConnected(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using (cancellationToken.Register(Abort))
        {
            if (_succession.WaitForCurrent(Deadline.After(_clock, timeout)) is not null)
                return;
        }
        cancellationToken.ThrowIfCancellationRequested();
        throw _succession.Ending is { } ending
            ? ending.Exception as WebSocketConnectException ?? _reconnector.ToException()
            : _reconnector.NoConnection(timeout, "The client has not connected");
    }

    private void ThrowIfUnusable()
    {
        _reconnector.ThrowIfInHook();
        if (_disposed)
            throw new ObjectDisposedException(nameof(ReconnectingWebSocketClient));
    }

    // The client must live until the call is over.
    private T Alive<T>(T result)
    {
        GC.KeepAlive(this);
        return result;
    }
}
