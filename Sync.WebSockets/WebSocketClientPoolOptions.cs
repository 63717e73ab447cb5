using System;

namespace Sync.WebSockets;

/// <summary>
/// How a <see cref="WebSocketClientPool"/> keeps its connections. The pool copies the options when it is made, so one object can serve many
/// pools, and later changes do not matter. A value that is not legal throws where it is set.
/// </summary>
public sealed class WebSocketClientPoolOptions
{
    private WebSocketClientOptions _clientOptions = new();
    private int _maxSize = 8;
    private int _minIdle;
    private TimeSpan _idleLifetime = TimeSpan.FromMinutes(1);
    private TimeSpan _healthCheckAfter = TimeSpan.FromSeconds(10);
    private TimeSpan _healthCheckTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets or sets what the pool connects with. Its <see cref="WebSocketClientOptions.ConnectTimeout"/> holds as far as a renter has so much time.
    /// Default: the defaults of <see cref="WebSocketClientOptions"/>.
    /// </summary>
    /// <exception cref="ArgumentNullException">Null.</exception>
    public WebSocketClientOptions ClientOptions
    {
        get => _clientOptions;
        set => _clientOptions = value ?? throw new ArgumentNullException(nameof(ClientOptions));
    }

    /// <summary>
    /// Gets or sets how many connections there are at most, lent, idle and being made together. When all are lent the next renter waits. Those that
    /// are being closed do not count; there are at most as many again. Default 8.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxSize
    {
        get => _maxSize;
        set => _maxSize = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxSize), value, "MaxSize must be at least 1.");
    }

    /// <summary>
    /// Gets or sets how many idle connections are kept open ahead, as far as <see cref="MaxSize"/> leaves room: connected in the background,
    /// from the making of the pool on, one after the other; after a failure again in 1 to 30 s, or when the server's Retry-After says. Default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative. Over <see cref="MaxSize"/> the pool's constructor throws.</exception>
    public int MinIdle
    {
        get => _minIdle;
        set => _minIdle = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(MinIdle), value, "MinIdle must not be negative.");
    }

    /// <summary>
    /// Gets or sets how long a connection may be idle before it is closed; <see cref="MinIdle"/> of them stay. Default 1 min; infinite: idle
    /// connections are kept.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan IdleLifetime
    {
        get => _idleLifetime;
        set => _idleLifetime = Timeouts.CheckPositive(value, nameof(IdleLifetime));
    }

    /// <summary>
    /// Gets or sets from which idle time on a connection is pinged before it is lent, on the renter's thread and in its time. Before
    /// that only its state is looked at, which does not block. With <see cref="MinIdle"/> set, idle connections that have ended are looked for as
    /// often, at most once a second. Default 10 s; zero: always pinged; infinite: never.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative and not infinite, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan HealthCheckAfter
    {
        get => _healthCheckAfter;
        set => _healthCheckAfter = Timeouts.Check(value, nameof(HealthCheckAfter));
    }

    /// <summary>
    /// Gets or sets how long that ping waits for its pong, if the renter has so much time. Without a pong the connection is dropped, and a new
    /// one is made in what is left of the renter's time. Default 2 s; infinite: as long as the renter has, or the heartbeat sees life.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan HealthCheckTimeout
    {
        get => _healthCheckTimeout;
        set => _healthCheckTimeout = Timeouts.CheckPositive(value, nameof(HealthCheckTimeout));
    }

    /// <summary>Checks what can only be checked as a whole, and returns a copy that nobody else holds.</summary>
    internal WebSocketClientPoolOptions Freeze()
    {
        if (MinIdle > MaxSize)
            throw new ArgumentException(FormattableString.Invariant($"MinIdle ({MinIdle}) must not be over MaxSize ({MaxSize})."), nameof(MinIdle));
        return new WebSocketClientPoolOptions
        {
            _clientOptions = _clientOptions.Freeze(),
            _maxSize = _maxSize,
            _minIdle = _minIdle,
            _idleLifetime = _idleLifetime,
            _healthCheckAfter = _healthCheckAfter,
            _healthCheckTimeout = _healthCheckTimeout,
        };
    }
}
