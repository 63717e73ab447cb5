namespace BulkTransfer;

/// <summary>How a connection is cut.</summary>
internal enum CutKind
{
    /// <summary>The server's TCP says that it is done, in the midst of a message.</summary>
    Fin,

    /// <summary>TCP says that the connection is broken.</summary>
    Reset,

    /// <summary>Nothing gets through any more, and nobody says so: only the heartbeat finds out.</summary>
    Blackhole,
}
