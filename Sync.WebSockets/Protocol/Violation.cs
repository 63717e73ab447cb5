using System.Net.WebSockets;

namespace Sync.WebSockets.Protocol;

/// <summary>
/// What the peer did wrong, with the close code that it gets. Made only when something is wrong: null means fine.
/// The message says what was expected and what came.
/// </summary>
internal sealed class Violation(WebSocketCloseStatus closeStatus, string message)
{
    public WebSocketCloseStatus CloseStatus { get; } = closeStatus;

    public string Message { get; } = message;

    // 7.4.1: 1002, the peer broke the protocol.
    public static Violation Protocol(string message) => new(WebSocketCloseStatus.ProtocolError, message);

    // 7.4.1: 1007, the data is not of the message's type.
    public static Violation InvalidPayload(string message) => new(WebSocketCloseStatus.InvalidPayloadData, message);

    // 7.4.1: 1009, larger than the receiver takes.
    public static Violation TooBig(string message) => new(WebSocketCloseStatus.MessageTooBig, message);

    // 7.4.1: 1008, the receiver's own rules.
    public static Violation Policy(string message) => new(WebSocketCloseStatus.PolicyViolation, message);
}
