using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>A clock that stands still until the test turns it. Any thread.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly ConcurrentQueue<ManualTimer> _timers = new();
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        // In this order, so that a turn of the clock in between is not missed.
        _timers.Enqueue(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan span)
    {
        Interlocked.Add(ref _ticks, span.Ticks);
        foreach (ManualTimer timer in _timers)
            timer.FireIfDue();
    }
}
