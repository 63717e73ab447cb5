using System;
using System.Net.WebSockets;
using System.Threading;

namespace Sync.WebSockets.Pooling;

// Any thread; what may be touched from several is volatile or atomic.

/// <summary>A connection that says back what it was told, and notices when it has two users, or is closed twice.</summary>
internal sealed class FakeConnection : IWebSocketClient
{
    private string? _told;
    private int _closings;

    /// <summary>The server has closed it, or it was aborted.</summary>
    public volatile bool IsBroken;

    /// <summary>Something has come that nobody asked for.</summary>
    public volatile bool HasLeftovers;

    public int Closings => Volatile.Read(ref _closings);

    public WebSocketState State => IsBroken || Closings > 0 ? WebSocketState.Closed : WebSocketState.Open;

    public WebSocketCloseStatus? CloseStatus => null;

    public void Send(string text)
    {
        if (Interlocked.CompareExchange(ref _told, text, null) is { } other)
            throw new InvalidOperationException($"{text} has it while {other} has it, too.");
    }

    public void Send(byte[] binary) => throw new NotSupportedException();

    public void Send(byte[] payload, WebSocketMessageType messageType) => throw new NotSupportedException();

    public WebSocketMessage Receive() => WebSocketMessage.FromText(Interlocked.Exchange(ref _told, null)!);

    public WebSocketMessage Receive(TimeSpan timeout) => Receive();

    public bool TryReceive(TimeSpan timeout, out WebSocketMessage message)
    {
        message = default;
        return false;
    }

    public TimeSpan Ping(TimeSpan timeout) => IsBroken ? throw new WebSocketClosedException("broken") : TimeSpan.Zero;

    public bool WaitForClose(TimeSpan timeout) => IsBroken;

    public void Close() => IsBroken = true;

    public void Close(WebSocketCloseStatus status, string? description) => IsBroken = true;

    public void Abort() => IsBroken = true;

    public void Dispose() => Interlocked.Increment(ref _closings);
}
