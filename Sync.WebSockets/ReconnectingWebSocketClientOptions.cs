using System;
using System.Threading;
using Sync.WebSockets.Reconnecting;

namespace Sync.WebSockets;

/// <summary>
/// How a <see cref="ReconnectingWebSocketClient"/> connects again. Values are checked when they are set and copied when the client starts.
/// </summary>
/// <remarks>
/// The hooks run on the client's reconnecting thread, one at a time, and nothing is dialled meanwhile. Inside of them the reconnecting client
/// itself cannot be waited for: Send, Receive, Ping, WaitForClose and Close throw <see cref="InvalidOperationException"/>. What a hook throws counts
/// as the failure of the attempt.
/// </remarks>
public sealed class ReconnectingWebSocketClientOptions
{
    private TimeSpan _initialDelay = TimeSpan.FromSeconds(1);
    private TimeSpan _maxDelay = TimeSpan.FromSeconds(30);
    private TimeSpan _maxRetryAfter = TimeSpan.FromMinutes(5);
    private TimeSpan _stableAfter = TimeSpan.FromSeconds(10);
    private TimeSpan _connectionWaitTimeout = TimeSpan.FromSeconds(30);
    private double _delayFactor = 2;
    private WebSocketClientOptions _clientOptions = new();
    private Func<Exception, bool> _shouldRetry = IsTransient;

    /// <summary>Gets or sets what every connection is made with.</summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public WebSocketClientOptions ClientOptions
    {
        get => _clientOptions;
        set => _clientOptions = value ?? throw new ArgumentNullException(nameof(ClientOptions));
    }

    /// <summary>
    /// Gets or sets the longest wait before the first attempt after a loss. Every wait is drawn between zero and a ceiling, which begins here
    /// and grows ("full jitter"), so that the clients of a server that restarts come back spread out. Default 1 s; zero: the first attempt is
    /// made at once, and the ceiling of the next one is 100 ms.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan InitialDelay
    {
        get => _initialDelay;
        set => _initialDelay = CheckDelay(value, nameof(InitialDelay));
    }

    /// <summary>Gets or sets what the longest wait grows by with every failure. Default 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1, or not a number.</exception>
    public double DelayFactor
    {
        get => _delayFactor;
        set => _delayFactor = value >= 1 && !double.IsInfinity(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(DelayFactor), value, "DelayFactor must be 1 or more.");
    }

    /// <summary>Gets or sets what the longest wait grows to. Default 30 s; zero: only Retry-After is waited out, see <see cref="MaxRetryAfter"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan MaxDelay
    {
        get => _maxDelay;
        set => _maxDelay = CheckDelay(value, nameof(MaxDelay));
    }

    /// <summary>
    /// Gets or sets how much of a server's Retry-After (RFC 9110 section 10.2.3) is waited out before the random wait begins. Default 5 min;
    /// zero: nothing is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan MaxRetryAfter
    {
        get => _maxRetryAfter;
        set => _maxRetryAfter = CheckDelay(value, nameof(MaxRetryAfter));
    }

    /// <summary>
    /// Gets or sets how long a connection has to hold for the waits to begin with <see cref="InitialDelay"/> again: a server that accepts
    /// every connection and drops it at once must not be asked without pause. Default 10 s; zero: every connection counts.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan StableAfter
    {
        get => _stableAfter;
        set => _stableAfter = CheckDelay(value, nameof(StableAfter));
    }

    /// <summary>
    /// Gets or sets how long <c>Send</c>, and <see cref="ReconnectingWebSocketClient.Connect(Uri, ReconnectingWebSocketClientOptions, CancellationToken)"/>,
    /// wait for a connection when none is up, before they throw <see cref="TimeoutException"/>. Default 30 s; zero: a send throws at once while
    /// none is up; infinite: they wait until the client is closed. <c>Connect</c> waits for one attempt in any case.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan ConnectionWaitTimeout
    {
        get => _connectionWaitTimeout;
        set => _connectionWaitTimeout = Timeouts.Check(value, nameof(ConnectionWaitTimeout));
    }

    /// <summary>
    /// Gets or sets what decides whether a failure is worth another attempt; false ends the client for good. It gets the
    /// <see cref="WebSocketConnectException"/> of an attempt, the <see cref="WebSocketClosedException"/> of a connection that ended, or what a hook
    /// has thrown. Default <see cref="IsTransient"/>.
    /// </summary>
    /// <exception cref="ArgumentNullException">Set to null.</exception>
    public Func<Exception, bool> ShouldRetry
    {
        get => _shouldRetry;
        set => _shouldRetry = value ?? throw new ArgumentNullException(nameof(ShouldRetry));
    }

    /// <summary>Gets or sets the hook before every attempt, which may change its URI and its options, for instance for a fresh token. Default null.</summary>
    public Action<ReconnectAttempt>? Connecting { get; set; }

    /// <summary>
    /// Gets or sets the hook for a connection that has come up, before any other thread can use it: to subscribe, or to resume. What it gets is
    /// this connection's own <see cref="WebSocketClient"/>, to be cast to that for more than the interface has. Default null.
    /// </summary>
    public Action<IWebSocketClient, ReconnectAttempt>? Connected { get; set; }

    /// <summary>
    /// Gets or sets the hook for a connection that was lost, once for each, with the reason; not called for one that the program has closed.
    /// Default null.
    /// </summary>
    public Action<Exception>? Disconnected { get; set; }

    /// <summary>
    /// Tells whether a failure may be gone at the next attempt. So it is with failures of the network, time-outs, the statuses 408, 425, 429 and
    /// 5xx but 501 and 505, and any end of a connection. So it is not with every other status (401, 403, 404, 407 and the like), a SOCKS proxy that
    /// refuses the password, failures of TLS and certificates, bad arguments, and a connection that the server closed because of what this client
    /// does (1002, 1003, 1007 to 1010). What a hook throws is one of the network when it is, or comes from, a <see cref="TimeoutException"/>, an
    /// <see cref="System.IO.IOException"/>, an <see cref="OperationCanceledException"/> or the like.
    /// </summary>
    /// <param name="failure">What an attempt, a connection or a hook ended with.</param>
    /// <returns>True: another attempt is worth it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="failure"/> is null.</exception>
    public static bool IsTransient(Exception failure) =>
        TransientFailures.Contains(failure ?? throw new ArgumentNullException(nameof(failure)));

    internal TimeSpan LongestConnect => _connectionWaitTimeout == Timeout.InfiniteTimeSpan || _clientOptions.ConnectTimeout == Timeout.InfiniteTimeSpan
        ? Timeout.InfiniteTimeSpan
        : _connectionWaitTimeout > _clientOptions.ConnectTimeout ? _connectionWaitTimeout : _clientOptions.ConnectTimeout;

    /// <summary>A copy that nobody else holds.</summary>
    internal ReconnectingWebSocketClientOptions Freeze()
    {
        var copy = (ReconnectingWebSocketClientOptions)MemberwiseClone();
        copy._clientOptions = _clientOptions.Freeze();
        return copy;
    }

    private static TimeSpan CheckDelay(TimeSpan value, string name) => value >= TimeSpan.Zero
        ? Timeouts.Check(value, name)
        : throw new ArgumentOutOfRangeException(name, value, name + " must be zero or more, and not infinite.");
}
