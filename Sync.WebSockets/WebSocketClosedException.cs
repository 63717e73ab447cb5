using System;
using System.Net.WebSockets;

namespace Sync.WebSockets;

/// <summary>
/// The connection has ended, or ended while the call was blocked. Every call throws an exception of its own, all with the same
/// <see cref="Cause"/>: the first thing that happened.
/// </summary>
public sealed class WebSocketClosedException : WebSocketClientException
{
    /// <summary>Initializes a new instance of the <see cref="WebSocketClosedException"/> class.</summary>
    public WebSocketClosedException()
    {
    }

    /// <summary>Initializes a new instance of the <see cref="WebSocketClosedException"/> class.</summary>
    /// <param name="message">What happened.</param>
    public WebSocketClosedException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="WebSocketClosedException"/> class.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What it came from.</param>
    public WebSocketClosedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="WebSocketClosedException"/> class.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="cause">Why the connection ended.</param>
    /// <param name="received">The server's Close frame, when one came.</param>
    /// <param name="sent">Our Close frame, when one was sent.</param>
    /// <param name="receivedFirst">Whether the server's Close frame came before ours was sent.</param>
    /// <param name="innerException">What it came from; null when nothing threw.</param>
    /// <param name="sendOutcomeUnknown">Whether the server may have got what the call was sending.</param>
    public WebSocketClosedException(
        string message,
        WebSocketCloseCause cause,
        WebSocketCloseFrame? received,
        WebSocketCloseFrame? sent,
        bool receivedFirst,
        Exception? innerException,
        bool sendOutcomeUnknown = false)
        : base(message, innerException)
    {
        SendOutcomeUnknown = sendOutcomeUnknown;
        Cause = cause;
        ReceivedClose = received;
        SentClose = sent;
        ReceivedCloseFirst = receivedFirst;
    }

    /// <summary>Gets why the connection ended.</summary>
    public WebSocketCloseCause Cause { get; }

    /// <summary>Gets the server's Close frame; null when none had come yet.</summary>
    public WebSocketCloseFrame? ReceivedClose { get; }

    /// <summary>Gets our Close frame; null when none had been sent yet.</summary>
    public WebSocketCloseFrame? SentClose { get; }

    /// <summary>Gets a value indicating whether the server's Close frame came before ours was sent.</summary>
    public bool ReceivedCloseFirst { get; }

    /// <summary>
    /// Gets a value indicating whether the server may have got the message that this call was sending: some of its bytes had left, or all.
    /// False: not one had, so that sending it again cannot double it. A Send that returned normally is no proof that its message arrived, either.
    /// </summary>
    public bool SendOutcomeUnknown { get; }

    /// <summary>Gets the status of the server's Close frame; null when none had come or it held none.</summary>
    public WebSocketCloseStatus? CloseStatus => ReceivedClose?.Status;

    /// <summary>Gets the reason in the server's Close frame; null when none had come.</summary>
    public string? CloseStatusDescription => ReceivedClose?.Description;
}
