using System;

namespace Sync.WebSockets.Support;

/// <summary>The two sides of a connection in memory.</summary>
internal sealed class DuplexPair : IDisposable
{
    /// <param name="capacity">How many bytes are on their way at most, in each direction.</param>
    public DuplexPair(int capacity = 64 * 1024)
    {
        BytePipe there = new(capacity);
        BytePipe back = new(capacity);
        Client = new DuplexStream(back, there);
        Server = new DuplexStream(there, back);
    }

    public DuplexStream Client { get; }

    public DuplexStream Server { get; }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
