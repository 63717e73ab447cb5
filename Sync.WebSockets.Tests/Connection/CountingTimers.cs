using System;
using System.Threading;

namespace Sync.WebSockets.Connection;

/// <summary>The system's time, which counts how often a timer is set.</summary>
internal sealed class CountingTimers : TimeProvider
{
    private int _timersSet;

    public int TimersSet => Volatile.Read(ref _timersSet);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new CountingTimer(this, base.CreateTimer(callback, state, dueTime, period));

    private sealed class CountingTimer(CountingTimers time, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref time._timersSet);
            return inner.Change(dueTime, period);
        }

        public void Dispose() => inner.Dispose();

        public System.Threading.Tasks.ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
