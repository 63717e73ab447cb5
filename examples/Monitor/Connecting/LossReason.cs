using System;
using System.Net.WebSockets;
using Sync.WebSockets;

namespace FeedMonitor.Connecting;

/// <summary>Why a connection was lost, in a few words that can be counted: nothing in them that a server chooses freely.</summary>
internal static class LossReason
{
    public static string Of(Exception failure) => failure switch
    {
        WebSocketClosedException { Cause: WebSocketCloseCause.RemoteClose, CloseStatus: { } status } => $"closed by the server, {Describe(status)}",
        WebSocketClosedException { Cause: WebSocketCloseCause.RemoteClose } => "closed by the server",
        WebSocketClosedException closed => closed.Cause.ToString(),
        _ => failure.GetType().Name,
    };

    private static string Describe(WebSocketCloseStatus status) =>
        Enum.IsDefined(status) ? FormattableString.Invariant($"{(int)status} {status}") : FormattableString.Invariant($"{(int)status}");
}
