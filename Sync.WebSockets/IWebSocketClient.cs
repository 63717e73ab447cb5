using System;
using System.Net.WebSockets;

namespace Sync.WebSockets;

/// <summary>
/// The part of <see cref="WebSocketClient"/> that most programs use, for code that takes a client and for mocks in its tests. It is also all that a
/// <see cref="ReconnectingWebSocketClient"/> and a lease of a pool offer of it: no batches, no streams, no <c>compress: false</c>.
/// Members may be added: mock it, do not implement it.
/// </summary>
public interface IWebSocketClient : IDisposable
{
    /// <inheritdoc cref="WebSocketClient.State"/>
    WebSocketState State { get; }

    /// <inheritdoc cref="WebSocketClient.CloseStatus"/>
    WebSocketCloseStatus? CloseStatus { get; }

    /// <inheritdoc cref="WebSocketClient.Send(string)"/>
    void Send(string text);

    /// <inheritdoc cref="WebSocketClient.Send(byte[])"/>
    void Send(byte[] binary);

    /// <inheritdoc cref="WebSocketClient.Send(byte[], WebSocketMessageType)"/>
    void Send(byte[] payload, WebSocketMessageType messageType);

    /// <inheritdoc cref="WebSocketClient.Receive()"/>
    WebSocketMessage Receive();

    /// <inheritdoc cref="WebSocketClient.Receive(TimeSpan)"/>
    WebSocketMessage Receive(TimeSpan timeout);

    /// <inheritdoc cref="WebSocketClient.TryReceive(TimeSpan, out WebSocketMessage)"/>
    bool TryReceive(TimeSpan timeout, out WebSocketMessage message);

    /// <inheritdoc cref="WebSocketClient.Ping(TimeSpan)"/>
    TimeSpan Ping(TimeSpan timeout);

    /// <inheritdoc cref="WebSocketClient.WaitForClose(TimeSpan)"/>
    bool WaitForClose(TimeSpan timeout);

    /// <inheritdoc cref="WebSocketClient.Close()"/>
    void Close();

    /// <inheritdoc cref="WebSocketClient.Close(WebSocketCloseStatus, string)"/>
    void Close(WebSocketCloseStatus status, string? description);

    /// <inheritdoc cref="WebSocketClient.Abort"/>
    void Abort();
}
