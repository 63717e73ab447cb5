using System.Net.WebSockets;

namespace Sync.WebSockets.Protocol;

// 5.5.1, 7.1: which Close frames passed, and what follows from it. Facts are stored, the state is derived from them.

/// <summary>The facts of a closing handshake. Not synchronised: whoever holds it guards it.</summary>
internal sealed class CloseHandshake
{
    private bool _sending;

    public WebSocketCloseFrame? Sent { get; private set; }

    public WebSocketCloseFrame? Received { get; private set; }

    /// <summary>The peer's frame came before ours went out.</summary>
    public bool ReceivedFirst { get; private set; }

    /// <summary>TCP is gone.</summary>
    public bool Ended { get; private set; }

    public bool IsComplete => Sent is not null && Received is not null;

    public WebSocketState State =>
        Ended || IsComplete ? WebSocketState.Closed
        : Sent is not null ? WebSocketState.CloseSent
        : Received is not null ? WebSocketState.CloseReceived
        : WebSocketState.Open;

    /// <summary>Our frame goes out now: whatever comes from here on may be the answer to it, even before its write has returned.</summary>
    public void BeginSend() => _sending = true;

    public void Send(WebSocketCloseFrame frame) => Sent ??= frame;

    public void Receive(WebSocketCloseFrame frame)
    {
        if (Received is not null)
            return;
        Received = frame;
        ReceivedFirst = !_sending && Sent is null;
    }

    public void End() => Ended = true;
}
