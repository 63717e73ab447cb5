using System;
using System.Threading;

namespace Sync.WebSockets.Transport;

/// <summary>Counts how often it is disposed.</summary>
internal sealed class FakeResource : IDisposable
{
    private int _disposals;

    public int Disposals => Volatile.Read(ref _disposals);

    public void Dispose() => Interlocked.Increment(ref _disposals);
}
