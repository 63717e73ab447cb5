using System;
using System.Collections.Concurrent;

namespace Sync.WebSockets.Connection;

/// <summary>What a life has told.</summary>
internal sealed class LifeRecorder : ILifeEvents
{
    public ConcurrentQueue<string> Endings { get; } = new();

    public ConcurrentQueue<long> Bounds { get; } = new();

    /// <summary>Describes the life at the moment that it ends.</summary>
    public Func<string> AtEnding { get; set; } = () => string.Empty;

    public void Ending() => Endings.Enqueue(AtEnding());

    public void MustFinish(long at) => Bounds.Enqueue(at);
}
