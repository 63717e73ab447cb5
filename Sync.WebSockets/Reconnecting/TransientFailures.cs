using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;

namespace Sync.WebSockets.Reconnecting;

/// <summary>Which failures may be gone at the next attempt. What a server, a proxy or a certificate says about this client stays, and so do mistakes of the program.</summary>
internal static class TransientFailures
{
    public static bool Contains(Exception failure) => failure switch
    {
        WebSocketConnectException { Response: { } response } => IsTransient(response.StatusCode),
        WebSocketConnectException connect => IsTransient(connect),
        WebSocketClosedException closed => !IsRefusal(closed),
        _ => Chain(failure).Any(IsOfTheNetwork),
    };

    // RFC 9110, 15.5.9 and 15.6; RFC 6585, 4; RFC 8470, 5.2. Not 501 and 505: the server will not have learned it by then.
    private static bool IsTransient(int status) => status is 408 or 425 or 429 or 500 or 502 or 503 or 504 or (> 505 and <= 599);

    // A connection that breaks during the TLS handshake is no word about the certificate; but the platforms wrap either in the other.
    private static bool IsTransient(WebSocketConnectException failure)
    {
        Exception[] chain = [.. Chain(failure.InnerException)];
        if (chain.Any(e => e is SocketException or TimeoutException))
            return true;
        if (chain.Any(e => e is AuthenticationException or ArgumentException or NotSupportedException || IsMistake(e)))
            return false;
        return failure.Stage != WebSocketConnectStage.Tls || chain.Any(IsOfTheNetwork);
    }

    // The server has said that what this client does is wrong: it would do it again (RFC 6455, 7.4.1).
    private static bool IsRefusal(WebSocketClosedException closed) =>
        closed.Cause == WebSocketCloseCause.RemoteClose && closed.CloseStatus is
            WebSocketCloseStatus.ProtocolError or WebSocketCloseStatus.InvalidMessageType or WebSocketCloseStatus.InvalidPayloadData
            or WebSocketCloseStatus.PolicyViolation or WebSocketCloseStatus.MessageTooBig or WebSocketCloseStatus.MandatoryExtension;

    // A hook that fetches a token over HTTP meets the same outage in other clothes: a WebException with a response is an answer, though.
    private static bool IsOfTheNetwork(Exception e) =>
        e is TimeoutException or IOException or SocketException or OperationCanceledException or WebException { Response: null };

    private static bool IsMistake(Exception e) => e is InvalidOperationException and not (ObjectDisposedException or WebException);

    private static IEnumerable<Exception> Chain(Exception? exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
            yield return cause;
    }
}
