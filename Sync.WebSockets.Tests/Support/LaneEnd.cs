namespace Sync.WebSockets.Support;

/// <summary>How a lane of the fault proxy ends.</summary>
internal enum LaneEnd
{
    /// <summary>By a FIN, as if the sender had ended the stream here.</summary>
    Fin,

    /// <summary>By a RST.</summary>
    Reset,
}
