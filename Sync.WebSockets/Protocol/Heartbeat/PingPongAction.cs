namespace Sync.WebSockets.Protocol.Heartbeat;

/// <summary>What the heartbeat wants done now.</summary>
internal enum PingPongAction
{
    None,
    SendPing,
    GiveUp,
}
