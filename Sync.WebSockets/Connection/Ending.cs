using System;

namespace Sync.WebSockets.Connection;

/// <summary>Why the connection ended: stored once, as a fact, from which every call makes an exception of its own.</summary>
internal sealed class Ending(WebSocketCloseCause cause, string message, Exception? exception = null)
{
    public WebSocketCloseCause Cause { get; } = cause;

    public string Message { get; } = message;

    public Exception? Exception { get; } = exception;
}
