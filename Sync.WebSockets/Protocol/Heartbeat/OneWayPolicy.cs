using System;

namespace Sync.WebSockets.Protocol.Heartbeat;

/// <summary>An unsolicited pong every interval, the first one an interval after opening.</summary>
internal sealed class OneWayPolicy(TimeSpan interval) : HeartbeatPolicy
{
    private TimeSpan _last;

    public override HeartbeatAction Step(WebSocketHealth health)
    {
        if (health.Age < _last + interval)
            return HeartbeatAction.Wait(_last + interval - health.Age);
        // By deadline, so that the interval does not drift; after a long sleep one pong is enough.
        _last = health.Age < _last + interval + interval ? _last + interval : health.Age;
        return HeartbeatAction.Pong(_last + interval - health.Age);
    }
}
