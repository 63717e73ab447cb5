using System;

namespace Sync.WebSockets;

/// <summary>
/// <c>Connect</c> failed. <see cref="Stage"/> says how far it came; when the server, or at the stage <see cref="WebSocketConnectStage.Proxy"/>
/// the proxy, answered over HTTP with a refusal, <see cref="Response"/> and <see cref="Body"/> hold its answer. When <c>ConnectTimeout</c> ran out,
/// <see cref="Exception.InnerException"/> is a <see cref="TimeoutException"/>.
/// </summary>
public sealed class WebSocketConnectException : WebSocketClientException
{
    /// <summary>Initializes a new instance of the <see cref="WebSocketConnectException"/> class.</summary>
    public WebSocketConnectException()
    {
    }

    /// <summary>Initializes a new instance of the <see cref="WebSocketConnectException"/> class.</summary>
    /// <param name="message">What happened.</param>
    public WebSocketConnectException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="WebSocketConnectException"/> class.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What it came from.</param>
    public WebSocketConnectException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="WebSocketConnectException"/> class.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="stage">How far the attempt had come.</param>
    /// <param name="innerException">What it came from; null when the server's answer was the reason.</param>
    /// <param name="response">The server's answer, when there was one.</param>
    /// <param name="body">The beginning of the answer's body.</param>
    public WebSocketConnectException(
        string message, WebSocketConnectStage stage, Exception? innerException, WebSocketHandshakeResponse? response, byte[]? body)
        : base(message, innerException)
    {
        Stage = stage;
        Response = response;
        Body = body ?? [];
    }

    /// <summary>Gets how far the attempt had come.</summary>
    public WebSocketConnectStage Stage { get; }

    /// <summary>Gets the status line and the headers of the answer; null when there was none.</summary>
    public WebSocketHandshakeResponse? Response { get; }

    /// <summary>
    /// Gets how long the answer asks to wait before the next attempt (Retry-After, RFC 9110 section 10.2.3), a date counted from the answer's
    /// own; null when it does not say.
    /// </summary>
    public TimeSpan? RetryAfter => Response is null ? null : Transport.RetryAfter.Read(Response.Headers);

    /// <summary>Gets the beginning of the answer's body: at most 64 KiB, empty when there was none.</summary>
#pragma warning disable CA1819 // A fresh array for this exception alone.
    public byte[] Body { get; } = [];
#pragma warning restore CA1819
}
