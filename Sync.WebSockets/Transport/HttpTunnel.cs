using Sync.WebSockets.Protocol.Handshake;
using Sync.WebSockets.Protocol.Proxies;

namespace Sync.WebSockets.Transport;

/// <summary>Has an HTTP proxy connect to a server (RFC 9110, 9.3.6), by blocking calls. Dialling thread only.</summary>
/// <param name="link">The connection to the proxy.</param>
/// <param name="authenticator">Answers its challenges.</param>
/// <param name="watch">Keeps the time.</param>
internal sealed class HttpTunnel(Link link, Authenticator authenticator, DialWatch watch)
{
    /// <summary>Blocks until the tunnel is open, or throws what the proxy has against it. False: to be asked again, with the answer to its challenge.</summary>
    public bool TryOpen(string host, int port, string? userAgent, string? givenAuthorization)
    {
        string? authorization = givenAuthorization ?? authenticator.Authorization;
        HttpExchange exchange = new(link, "proxy", watch);
        HttpHead head = exchange.Ask(ConnectRequest.Create(host, port, userAgent, authorization));
        if (head.StatusCode == 407 && authenticator.TryAnswer(head.Headers.GetValues("Proxy-Authenticate"), "CONNECT", Authority.Of(host, port)))
            return false;
        WebSocketHandshakeResponse response = HttpExchange.ToResponse(head);
        if (head.StatusCode is < 200 or > 299)
        {
            string advice = Advice(head, authorization is not null);
            throw watch.Failure($"The proxy answered {HttpExchange.Quote(response)} instead of 200 to CONNECT. {advice}", inner: null, response, exchange.ReadBody(head));
        }
        // Whoever speaks before we have said a word through the tunnel is not the server.
        return exchange.Rest.Count == 0
            ? true
            : throw watch.Failure("The proxy sent bytes of its own behind its answer to CONNECT: it is broken, or no HTTP proxy.", inner: null, response);
    }

    private static string Advice(HttpHead head, bool hasAuthorization) => head.StatusCode switch
    {
        401 or 407 when hasAuthorization => "It refuses the credentials that it got for authentication: check the proxy's user name and password.",
        401 or 407 => Authenticator.Describe(head.Headers.GetValues("Proxy-Authenticate")) + ": set the credentials of Proxy, or write them into the environment's variable.",
        403 or 405 => "It does not let this host or port through: use another port, or have it allowed there.",
        >= 500 => "It could not reach the server: check the host and port, and that the proxy can resolve the name.",
        _ => "Check that it is an HTTP proxy.",
    };
}
