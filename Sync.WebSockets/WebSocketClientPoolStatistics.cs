namespace Sync.WebSockets;

/// <summary>
/// How a pool is taken at this moment, and what it has done since it was made; a snapshot. The first five figures belong together, the
/// counts are taken after them while the pool goes on.
/// </summary>
public sealed class WebSocketClientPoolStatistics
{
    /// <summary>Gets or sets the number of open connections: <see cref="Idle"/> and <see cref="Leased"/>.</summary>
    public int Open { get; set; }

    /// <summary>Gets or sets the number of connections that wait for a renter.</summary>
    public int Idle { get; set; }

    /// <summary>Gets or sets the number of connections that are lent.</summary>
    public int Leased { get; set; }

    /// <summary>
    /// Gets or sets the number of connections that are being made, or checked before they are lent. Together with <see cref="Open"/> never more
    /// than <see cref="WebSocketClientPoolOptions.MaxSize"/>.
    /// </summary>
    public int Connecting { get; set; }

    /// <summary>Gets or sets the number of renters that wait for a place.</summary>
    public int Waiting { get; set; }

    /// <summary>Gets or sets the number of connections made, for a renter or ahead.</summary>
    public long Created { get; set; }

    /// <summary>Gets or sets the number of times that a connection was lent that existed already.</summary>
    public long Reused { get; set; }

    /// <summary>Gets or sets the number of connections that were given up, because they had ended, failed the check, or could not be lent again.</summary>
    public long Dropped { get; set; }

    /// <summary>Gets or sets the number of connections closed because they were idle for <see cref="WebSocketClientPoolOptions.IdleLifetime"/>.</summary>
    public long Expired { get; set; }

    /// <summary>Gets or sets the number of leases that were collected without being disposed: each is a mistake in the program.</summary>
    public long Abandoned { get; set; }

    /// <summary>Gets or sets the number of attempts to connect that failed, for a renter or ahead.</summary>
    public long ConnectFailures { get; set; }

    /// <summary>Gets or sets the number of renters whose time ran out.</summary>
    public long Timeouts { get; set; }
}
