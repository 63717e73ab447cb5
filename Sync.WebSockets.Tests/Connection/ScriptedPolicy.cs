using System;
using System.Collections.Concurrent;

namespace Sync.WebSockets.Connection;

/// <summary>A policy that notes the facts it is given and does what the test says.</summary>
internal sealed class ScriptedPolicy(Func<WebSocketHealth, HeartbeatAction> step) : HeartbeatPolicy
{
    public ConcurrentQueue<WebSocketHealth> Seen { get; } = new();

    public override HeartbeatAction Step(WebSocketHealth health)
    {
        Seen.Enqueue(health);
        return step(health);
    }
}
