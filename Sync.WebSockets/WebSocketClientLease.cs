using System;
using Sync.WebSockets.Pooling;

namespace Sync.WebSockets;

// The place is given back by the client's finalizer, not by one of the lease's own: whoever holds only the client must not lose it.

/// <summary>
/// A connection of a <see cref="WebSocketClientPool"/>, for one renter; <see cref="WebSocketClientPool.Rent(TimeSpan)"/> makes it. Dispose it to
/// give the connection back.
/// </summary>
/// <remarks>
/// All members are safe from any thread. A lease that is lost without being disposed gives its place in the pool back once it is collected,
/// which may take long; its connection is cut then.
/// </remarks>
public sealed class WebSocketClientLease : IDisposable
{
    private readonly LeasedClient _client;

    internal WebSocketClientLease(LeasedClient client) => _client = client;

    /// <summary>
    /// Gets the connection, open when it was lent. Once the lease is over its methods throw <see cref="ObjectDisposedException"/>, its state is
    /// Closed, and closing it does nothing: it does not lead to the connection any more, which may be somebody else's by then.
    /// </summary>
    /// <remarks>Closing, aborting or disposing it ends the connection, which the lease then drops; it does not end the lease.</remarks>
    public IWebSocketClient Client => _client;

    /// <summary>
    /// Ends the lease and has the connection closed in good order, in the background and within
    /// <see cref="WebSocketClientOptions.CloseTimeout"/>: for when its state is not known, for instance after an exception between a question
    /// and its answer. Does not block, never throws, and does nothing when the lease is over.
    /// </summary>
    public void Discard() => _client.End(keep: false);

    /// <summary>
    /// Ends the lease: the connection goes to the next renter, or waits for one. Does not block, never throws; the second call does nothing.
    /// </summary>
    /// <remarks>
    /// A connection is dropped, as <see cref="Discard"/> does it, when it is not open any more; when something of a message is there that nobody has
    /// received; when the renter's last wait for a message was in vain (a timeout over zero, or an exception), since it may still come; when
    /// a call on it is under way on another thread, which that ends; and when the pool was disposed. What the server will only send later
    /// nobody can know: whoever has asked and does not wait for the answer calls <see cref="Discard"/>.
    /// </remarks>
    public void Dispose() => _client.End(keep: true);
}
