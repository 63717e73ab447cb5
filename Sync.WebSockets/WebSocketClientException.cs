using System;
using System.IO;

namespace Sync.WebSockets;

/// <summary>The base of what this library throws when a connection cannot be made or has ended.</summary>
public class WebSocketClientException : IOException
{
    /// <summary>Initializes a new instance of the <see cref="WebSocketClientException"/> class.</summary>
    public WebSocketClientException()
    {
    }

    /// <summary>Initializes a new instance of the <see cref="WebSocketClientException"/> class.</summary>
    /// <param name="message">What happened.</param>
    public WebSocketClientException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="WebSocketClientException"/> class.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What it came from.</param>
    public WebSocketClientException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
