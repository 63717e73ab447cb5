using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Transport;

// From a URI to an open WebSocket, step by step: proxy, DNS, TCP, TLS, upgrade; and again where the answer leads on. Each step blocks, and the
// DialWatch frees it when the time is up.

/// <summary>Opens WebSockets. Dialling thread only.</summary>
internal sealed class Dialer(Destination destination, WebSocketClientOptions options, ClientEnvironment environment)
{
    private readonly LinkDialer _links = new(options, environment);

    /// <summary>Blocks until the WebSocket is open; throws <see cref="WebSocketConnectException"/>, or ODE when nobody waits any more.</summary>
    public Opened Dial(DialWatch watch)
    {
        Hop? hop = null;
        try
        {
            hop = Hop.First(destination, options);
            Opened? opened;
            while ((opened = TryOpen(ref hop, watch)) is null)
            {
            }
            return opened;
        }
        catch (Exception e) when (e is not WebSocketConnectException)
        {
            Exception cause = e is AggregateException { InnerException: { } inner } ? inner : e;
            throw watch.Failure(Describe(hop?.Uri.IdnHost ?? destination.Request.IdnHost, watch.Stage, cause.Message.TrimEnd('.') + "."), cause);
        }
    }

    // Null: the answer leads to another hop, or to the same one with what it asked for.
    private Opened? TryOpen(ref Hop hop, DialWatch watch)
    {
        Link link = _links.Dial(hop, watch);
        try
        {
            if (WebSocketUri.IsSecure(hop.Uri))
            {
                watch.Enter(WebSocketConnectStage.Tls);
                link.Add(TlsLayer.Wrap(link.Stream, hop.TlsHost, "server", options, hop.Certificates, watch));
            }
            watch.Enter(WebSocketConnectStage.Handshake);
            if (Ask(ref hop, link, watch) is { } opened)
                return opened;
        }
        catch
        {
            link.Dispose();
            throw;
        }
        link.Dispose();
        return null;
    }

    private Opened? Ask(ref Hop hop, Link link, DialWatch watch)
    {
        DeflateParameters? offer = ToOffer(options.Compression);
        UpgradeRequest request = hop.CreateRequest(Random16(), offer?.ToOffer());
        HttpExchange exchange = new(link, "server", watch);
        HttpHead head = exchange.Ask(request.ToBytes());
        hop.Keep(head.Headers);
        if (head.StatusCode == 101)
            return Accept(head, request, offer, link, exchange.Rest, hop.Uri, watch);
        if (hop.Next(head, out string advice) is not { } next)
        {
            WebSocketHandshakeResponse response = HttpExchange.ToResponse(head);
            throw watch.Failure(
                $"The server {hop.Uri.IdnHost} answered {HttpExchange.Quote(response)} instead of 101 Switching Protocols. {advice}", inner: null, response, exchange.ReadBody(head));
        }
        hop = next;
        return null;
    }

    private Opened Accept(HttpHead head, UpgradeRequest request, DeflateParameters? offer, Link link, ArraySegment<byte> earlyFrames, Uri uri, DialWatch watch)
    {
        WebSocketHandshakeResponse response = HttpExchange.ToResponse(head);
        string? problem = UpgradeResponse.Check(head, request, out string? subProtocol, out IReadOnlyList<ExtensionOffer> extensions);
        DeflateParameters? agreed = null;
        if (problem is null && extensions.Count > 0)
            problem = offer!.Agree(extensions[0], out agreed);
        if (problem is null && options.RequireSubProtocol && subProtocol is null)
            problem = FormattableString.Invariant($"The server picked none of the {options.SubProtocols.Count} subprotocols offered, and RequireSubProtocol is set.");
        if (problem is not null)
            throw watch.Failure(problem, inner: null, response);
        // A copy, for this is kept as long as the connection, and lies in what the whole head was read into.
        ArraySegment<byte> kept = new([.. earlyFrames]);
        return new Opened(uri == destination.Request ? destination.Uri : uri, link, response, subProtocol, agreed, kept);
    }

    private static byte[] Random16()
    {
        byte[] random = new byte[16];
        using (RandomNumberGenerator generator = RandomNumberGenerator.Create())
            generator.GetBytes(random);
        return random;
    }

    // Who cannot flush refers to no earlier message either, and to say so saves the server memory.
    private static DeflateParameters? ToOffer(WebSocketCompressionOptions? compression) => compression is null ? null : new DeflateParameters(
        compression.ServerContextTakeover,
        compression.ClientContextTakeover && MessageDeflater.CanFlush,
        compression.ServerMaxWindowBits,
        compression.ClientMaxWindowBits);

    private static string Describe(string host, WebSocketConnectStage stage, string cause) => stage switch
    {
        WebSocketConnectStage.Proxy =>
            $"{cause} Check the proxy's address, and that it speaks the protocol of its scheme.",
        WebSocketConnectStage.Tls =>
            $"The TLS handshake with {host} failed: {cause} Check that the port speaks TLS (ws instead of wss?) and which TLS versions it allows.",
        WebSocketConnectStage.Handshake =>
            $"The opening handshake with {host} failed: {cause}",
        _ => $"Connecting to {host} failed: {cause}",
    };
}
