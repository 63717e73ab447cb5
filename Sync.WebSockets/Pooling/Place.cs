namespace Sync.WebSockets.Pooling;

// Owner of Client and IdleSince: whoever has taken the place; while it is idle, the lock of Places. IsLeased: that lock, always.

/// <summary>One of the pool's MaxSize places, with a connection in it or empty. Whoever has it may connect, use or close what is in it.</summary>
internal sealed class Place
{
    /// <summary>Null: it is empty.</summary>
    public IWebSocketClient? Client { get; set; }

    /// <summary>When the connection was last used, in ticks of the pool's clock.</summary>
    public long IdleSince { get; set; }

    /// <summary>It is in a renter's hands, and no longer being connected or checked.</summary>
    public bool IsLeased { get; set; }

    /// <summary>Takes the connection out.</summary>
    public IWebSocketClient Empty()
    {
        IWebSocketClient client = Client!;
        Client = null;
        return client;
    }
}
