using System;
using System.Net.WebSockets;
using System.Threading;

namespace Sync.WebSockets.Pooling;

// Stands between a renter and the connection, so that the renter cannot reach it any more when the lease is over, and so that it is
// known then what the renter has left behind: a call that is still under way on another thread, or a message that it waited for in vain and
// that may still come. Either would disturb the next renter, so the connection is dropped.
//
// Whoever holds the lease holds this, and so does whoever holds only the client: so the finalizer is here. It gives the place back when
// the program has lost both.
//
// _ended is set once, by whoever ends the lease first. A call is counted before it looks at _ended, and whoever sets _ended looks at the count
// after that; so there is no call that both miss.

#pragma warning disable CA1816 // Dispose closes the connection; what the finalizer is there for is over when the lease is, by End or Forget.

/// <summary>The connection of a lease, for as long as the lease lasts. Any thread.</summary>
internal sealed class LeasedClient(ConnectionPool pool, Place place) : IWebSocketClient
{
    private readonly IWebSocketClient _client = place.Client!;
    private int _calls;
    private int _ended;
    private volatile bool _waitedInVain;

    /// <summary>Finalizes an instance of the <see cref="LeasedClient"/> class: gives back the place of a lease that was lost.</summary>
#pragma warning disable MA0055 // There is no handle to wrap: what is to be noticed is that nobody holds the lease any more.
    ~LeasedClient()
#pragma warning restore MA0055
    {
        if (!Environment.HasShutdownStarted && TryEnd())
            pool.Lose(place);
    }

    public WebSocketState State
    {
        get
        {
            using (Call call = Enter())
                return call.IsOver ? WebSocketState.Closed : _client.State;
        }
    }

    public WebSocketCloseStatus? CloseStatus
    {
        get
        {
            using (Call call = Enter())
                return call.IsOver ? null : _client.CloseStatus;
        }
    }

    /// <summary>Ends the lease; only the first time something happens. Does not wait.</summary>
    public void End(bool keep)
    {
        if (!TryEnd())
            return;
        GC.SuppressFinalize(this);
        pool.Return(place, keep && !_waitedInVain && Volatile.Read(ref _calls) == 0);
    }

    /// <summary>It has never been handed out.</summary>
    public void Forget()
    {
        TryEnd();
        GC.SuppressFinalize(this);
    }

    public void Send(string text)
    {
        using (EnterOrThrow())
            _client.Send(text);
    }

    public void Send(byte[] binary)
    {
        using (EnterOrThrow())
            _client.Send(binary);
    }

    public void Send(byte[] payload, WebSocketMessageType messageType)
    {
        using (EnterOrThrow())
            _client.Send(payload, messageType);
    }

    public WebSocketMessage Receive() => Await(static (client, _) => client.Receive(), Timeout.InfiniteTimeSpan);

    public WebSocketMessage Receive(TimeSpan timeout) => Await(static (client, timeout) => client.Receive(timeout), timeout);

    public bool TryReceive(TimeSpan timeout, out WebSocketMessage message)
    {
        using (EnterOrThrow())
        {
            bool received = _client.TryReceive(timeout, out message);
            // One that only looks has not waited: it is how a queue is emptied.
            if (received || timeout != TimeSpan.Zero)
                _waitedInVain = !received;
            return received;
        }
    }

    public TimeSpan Ping(TimeSpan timeout)
    {
        using (EnterOrThrow())
            return _client.Ping(timeout);
    }

    public bool WaitForClose(TimeSpan timeout)
    {
        using (EnterOrThrow())
            return _client.WaitForClose(timeout);
    }

    public void Close() => Close(WebSocketCloseStatus.NormalClosure, null);

    public void Close(WebSocketCloseStatus status, string? description)
    {
        using (Call call = Enter())
        {
            if (!call.IsOver)
                _client.Close(status, description);
        }
    }

    public void Abort()
    {
        using (Call call = Enter())
        {
            if (!call.IsOver)
                _client.Abort();
        }
    }

    public void Dispose()
    {
        using (Call call = Enter())
        {
            if (!call.IsOver)
                _client.Dispose();
        }
    }

    private WebSocketMessage Await(Func<IWebSocketClient, TimeSpan, WebSocketMessage> receive, TimeSpan timeout)
    {
        using (EnterOrThrow())
        {
            try
            {
                WebSocketMessage message = receive(_client, timeout);
                _waitedInVain = false;
                return message;
            }
            catch
            {
                _waitedInVain = true;
                throw;
            }
        }
    }

    private bool TryEnd() => Interlocked.Exchange(ref _ended, 1) == 0;

    private Call EnterOrThrow()
    {
        Call call = Enter();
        if (!call.IsOver)
            return call;
        call.Dispose();
        throw new ObjectDisposedException(nameof(WebSocketClientLease), "The lease of this connection is over; rent another one.");
    }

    private Call Enter()
    {
        Interlocked.Increment(ref _calls);
        return new Call(this, Volatile.Read(ref _ended) != 0);
    }

    // Holds the client to its end, so that a lease whose last use is a blocking call is not collected inside of it.
    private readonly ref struct Call(LeasedClient client, bool isOver)
    {
        public bool IsOver => isOver;

        public void Dispose() => Interlocked.Decrement(ref client._calls);
    }
}
