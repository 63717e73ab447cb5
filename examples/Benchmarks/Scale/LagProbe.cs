using System;
using System.Collections.Generic;
using Sync.WebSockets.Connection;
using Sync.WebSockets.Transport;

namespace Benchmarks.Scale;

// Owner: everything belongs to who runs a step, until it has been unregistered.

/// <summary>A step among those of the connections' heartbeats, which notes how late it runs.</summary>
internal sealed class LagProbe : Beat, IDisposable
{
    private const long Period = 5 * TimeSpan.TicksPerMillisecond;

    private readonly List<double> _lags = [];
    private long _due = MonotonicClock.Never;

    /// <summary>In seconds.</summary>
    public IReadOnlyList<double> Lags => _lags;

    public static LagProbe Start()
    {
        LagProbe probe = new();
        HeartbeatThread.Shared.Register(probe, static thread => thread.Start());
        return probe;
    }

    public override long Step(long now)
    {
        if (_due != MonotonicClock.Never)
            _lags.Add(TimeSpan.FromTicks(now - _due).TotalSeconds);
        return _due = now + Period;
    }

    public override void Fail(Exception exception)
    {
        // Nothing in it can.
    }

    public void Dispose() => HeartbeatThread.Shared.Unregister(this);
}
