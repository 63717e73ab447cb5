using System;
using System.Threading;

namespace Sync.WebSockets;

/// <summary>A policy whose first step does not come back.</summary>
internal sealed class StuckPolicy(ManualResetEventSlim stepped, ManualResetEventSlim never) : HeartbeatPolicy
{
    public override HeartbeatAction Step(WebSocketHealth health)
    {
        stepped.Set();
        never.Wait();
        return HeartbeatAction.Wait(TimeSpan.FromSeconds(1));
    }
}
