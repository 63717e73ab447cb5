using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using System.Threading;

namespace Sync.WebSockets;

/// <summary>What can be said in terms of <see cref="IWebSocketClient"/> alone.</summary>
public static class WebSocketClientExtensions
{
    /// <summary>
    /// Receives message after message until the connection is closed. Ends quietly when it was closed normally: by this program,
    /// or by the server with 1000, 1001 or no status. Any other end throws from the enumeration; so does a client that was disposed
    /// before the step (<see cref="ObjectDisposedException"/>): to end a loop from another thread, close first.
    /// </summary>
    /// <param name="client">The client. It is not closed when the enumeration ends early.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>; no message is lost by it.</param>
    /// <returns>The messages, each one as it comes; a step blocks as <c>Receive</c> does.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="client"/> is null.</exception>
    public static IEnumerable<WebSocketMessage> ReceiveAll(this IWebSocketClient client, CancellationToken cancellationToken = default)
    {
        if (client is null)
            throw new ArgumentNullException(nameof(client));
        return Messages(client, cancellationToken);
    }

    private static IEnumerable<WebSocketMessage> Messages(IWebSocketClient client, CancellationToken cancellationToken)
    {
        while (TryNext(client, cancellationToken, out WebSocketMessage message))
            yield return message;
    }

    private static bool TryNext(IWebSocketClient client, CancellationToken cancellationToken, out WebSocketMessage message)
    {
        try
        {
            message = client is WebSocketClient own
                ? own.Receive(Timeout.InfiniteTimeSpan, cancellationToken)
                : ReceiveFromAny(client, cancellationToken);
            return true;
        }
        catch (WebSocketClosedException closed) when (IsNormal(closed))
        {
            message = default;
            return false;
        }
    }

    // The interface has no cancellable receive, so another implementation is asked in steps.
    private static WebSocketMessage ReceiveFromAny(IWebSocketClient client, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
            return client.Receive();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (client.TryReceive(TimeSpan.FromMilliseconds(50), out WebSocketMessage message))
                return message;
        }
    }

    private static bool IsNormal(WebSocketClosedException closed) =>
        closed.Cause == WebSocketCloseCause.LocalClose
        || (closed.Cause == WebSocketCloseCause.RemoteClose
            && closed.CloseStatus is null or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable);
}
