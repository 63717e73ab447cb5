using System.Collections.Generic;
using System.Linq;

namespace Sync.WebSockets.Protocol.Heartbeat;

/// <summary>
/// A connection in small whole ticks, stepped exactly when the heartbeat asks and whenever bytes come. The peer answers each ping
/// after a latency, and sends on its own, until it falls silent.
/// </summary>
internal sealed class HeartbeatSimulation(long interval, long timeout, double phase)
{
    private readonly Queue<long> _unanswered = new();
    private readonly List<long> _arrivals = [];
    private long _lastReceived;

    /// <summary>Time from a ping to its pong, at least 1; null: the peer never answers, though it may send.</summary>
    public long? Latency { get; set; } = 1;

    /// <summary>Time between bytes that the peer sends on its own; null: none.</summary>
    public long? Chatter { get; set; }

    /// <summary>From here on nothing arrives any more.</summary>
    public long SilentFrom { get; set; } = long.MaxValue;

    /// <summary>Steps at every tick instead of when asked to.</summary>
    public bool StepsAlways { get; set; }

    /// <summary>When the peer was given up; null: not before the end.</summary>
    public long? Run(long end)
    {
        PingPongHeartbeat heartbeat = new(opened: 0, interval, timeout, phase);
        long due = 0;
        for (long now = 0; now <= end; now++)
        {
            Receive(now);
            while (due <= now || StepsAlways)
            {
                long? oldest = _unanswered.Count == 0 ? null : _unanswered.Peek();
                PingPongAction action = heartbeat.Step(now, late: 0, new PingPongFacts(_lastReceived, oldest, LastProgress: 0, PingIsWaiting: false, PingIsDelivered: null, ReadingIsPaused: false), out due);
                if (action == PingPongAction.GiveUp)
                    return now;
                if (action == PingPongAction.None)
                    break;
                _unanswered.Enqueue(now);
                if (Latency is { } latency)
                    _arrivals.Add(now + latency);
                due = now;
            }
        }
        return null;
    }

    private void Receive(long now)
    {
        if (now >= SilentFrom)
            return;
        if (now > 0 && Chatter is { } chatter && now % chatter == 0)
            _lastReceived = now;
        foreach (long _ in _arrivals.Where(at => at == now))
        {
            _unanswered.Dequeue();
            _lastReceived = now;
        }
        _arrivals.Remove(now);
    }
}
