using System.Threading;

namespace Sync.WebSockets.Pooling;

/// <summary>What a pool has done so far. Any thread: each count changes atomically.</summary>
internal sealed class PoolCounters
{
    private long _created;
    private long _reused;
    private long _dropped;
    private long _expired;
    private long _abandoned;
    private long _failures;
    private long _timeouts;

    public void Created() => Interlocked.Increment(ref _created);

    public void Reused() => Interlocked.Increment(ref _reused);

    public void Dropped() => Interlocked.Increment(ref _dropped);

    public void Expired(int count) => Interlocked.Add(ref _expired, count);

    public void Abandoned() => Interlocked.Increment(ref _abandoned);

    public void ConnectFailed() => Interlocked.Increment(ref _failures);

    public void TimedOut() => Interlocked.Increment(ref _timeouts);

    public WebSocketClientPoolStatistics With(in PlaceFigures places) => new()
    {
        Open = places.Idle + places.Leased,
        Idle = places.Idle,
        Leased = places.Leased,
        Connecting = places.Connecting,
        Waiting = places.Waiting,
        Created = Interlocked.Read(ref _created),
        Reused = Interlocked.Read(ref _reused),
        Dropped = Interlocked.Read(ref _dropped),
        Expired = Interlocked.Read(ref _expired),
        Abandoned = Interlocked.Read(ref _abandoned),
        ConnectFailures = Interlocked.Read(ref _failures),
        Timeouts = Interlocked.Read(ref _timeouts),
    };
}
