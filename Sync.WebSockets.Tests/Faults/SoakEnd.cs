namespace Sync.WebSockets.Faults;

/// <summary>Who ends a connection of the soak that no fault has ended.</summary>
internal enum SoakEnd
{
    /// <summary>The client, by Close.</summary>
    Close,

    /// <summary>The client, by Dispose alone.</summary>
    Dispose,

    /// <summary>The client, by Abort.</summary>
    Abort,

    /// <summary>The server, by its Close frame.</summary>
    ServerClose,
}
