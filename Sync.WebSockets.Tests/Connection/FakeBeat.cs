using System;
using System.Collections.Concurrent;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

/// <summary>A beat that notes its steps and does in them what the test says.</summary>
internal sealed class FakeBeat(Func<long, long>? step = null) : Beat
{
    /// <summary>When each step ran.</summary>
    public ConcurrentQueue<long> Steps { get; } = new();

    public override long Step(long now)
    {
        Steps.Enqueue(now);
        return step is null ? MonotonicClock.Never : step(now);
    }

    /// <summary>What a step threw.</summary>
    public Exception? Failure { get; private set; }

    public override void Fail(Exception exception) => Failure = exception;
}
