namespace Sync.WebSockets.Protocol.Heartbeat;

/// <summary>A heartbeat of a connection opened at zero, with the facts in the test's hands.</summary>
internal sealed class HeartbeatBench(long interval, long timeout, double phase = 0)
{
    public const long Millisecond = 10_000;
    public const long Second = 1000 * Millisecond;
    public const long Never = long.MaxValue;

    private readonly PingPongHeartbeat _heartbeat = new(opened: 0, interval, timeout, phase);

    public long LastReceived { get; set; }

    public long? OldestPing { get; set; }

    public bool PingIsWaiting { get; set; }

    public bool? PingIsDelivered { get; set; }

    public long LastSent { get; set; }

    public bool ReadingIsPaused { get; set; }

    /// <summary>When the last step asked to be called again.</summary>
    public long Next { get; private set; }

    public PingPongAction Step(long now)
    {
        PingPongFacts facts = new(LastReceived, OldestPing, PingIsWaiting ? LastSent : 0, PingIsWaiting, PingIsDelivered, ReadingIsPaused);
        PingPongAction action = _heartbeat.Step(now, System.Math.Max(0, now - Next), facts, out long next);
        Next = next;
        return action;
    }

    public void Change(long newInterval, long newTimeout) => _heartbeat.Change(newInterval, newTimeout);

    /// <summary>Steps to the ping that is due and has it written at once; returns when that was.</summary>
    public long SendPing()
    {
        Step(LastReceived);
        long due = Next;
        NUnit.Framework.Assert.That(Step(due), NUnit.Framework.Is.EqualTo(PingPongAction.SendPing));
        OldestPing = due;
        Step(due);
        return due;
    }
}
