using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sync.WebSockets.Support;

/// <summary>A timer of <see cref="ManualTime"/>: it fires, once, on the thread that turns the clock past its time.</summary>
internal sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
{
    private const long Never = long.MaxValue;

    private long _due = Never;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Volatile.Write(ref _due, dueTime == Timeout.InfiniteTimeSpan ? Never : time.GetTimestamp() + dueTime.Ticks);
        return true;
    }

    public void FireIfDue()
    {
        long due = Volatile.Read(ref _due);
        if (due <= time.GetTimestamp() && Interlocked.CompareExchange(ref _due, Never, due) == due)
            callback(state);
    }

    public void Dispose() => Volatile.Write(ref _due, Never);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
