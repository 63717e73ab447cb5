namespace Sync.WebSockets;

/// <summary>What a <see cref="HeartbeatAction"/> is.</summary>
internal enum HeartbeatActionKind
{
    Wait,
    Ping,
    Pong,
    Send,
    Fail,
}
