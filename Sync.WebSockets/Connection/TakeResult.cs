namespace Sync.WebSockets.Connection;

/// <summary>How a bounded attempt to take something ended.</summary>
internal enum TakeResult
{
    Taken,
    TimedOut,

    /// <summary>The connection ended, so there is nothing to take any more.</summary>
    Closed,

    /// <summary>The connection ended in the midst of it: part of the message was sent, or all of it.</summary>
    Torn,
}
