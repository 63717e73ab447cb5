using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Security.Cryptography;
using Sync.WebSockets.Protocol.Deflate;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Transport;

// From a URI to an open WebSocket, step by step: DNS, TCP, TLS, upgrade. Each step blocks, and the DialWatch frees it when the time
// is up. A step yet to come (a proxy's tunnel, say) has its place between two of them.

/// <summary>Opens WebSockets. Dialling thread only.</summary>
internal sealed class Dialer(Uri uri, WebSocketClientOptions options, ClientEnvironment environment)
{
    /// <summary>Blocks until the WebSocket is open; throws <see cref="WebSocketConnectException"/>, or ODE when nobody waits any more.</summary>
    public Opened Dial(DialWatch watch)
    {
        try
        {
            return Open(watch);
        }
        catch (WebSocketConnectException)
        {
            throw;
        }
        catch (Exception e)
        {
            Exception cause = e is AggregateException { InnerException: { } inner } ? inner : e;
            throw new WebSocketConnectException(Describe(watch.Stage, cause), watch.Stage, cause, response: null, body: null);
        }
    }

    private Opened Open(DialWatch watch)
    {
        Socket socket = new TcpDialer(environment, options).Dial(uri.IdnHost, uri.Port, watch);
        Stream? stream = null;
        try
        {
            UnsentLimit.Apply(socket);
            Acknowledgements? acknowledgements = Acknowledgements.Of(socket);
            CountingStream wire = new(new NetworkStream(socket, ownsSocket: true), environment.Clock);
            stream = wire;
            if (WebSocketUri.IsSecure(uri))
            {
                watch.Enter(WebSocketConnectStage.Tls);
                stream = TlsLayer.Wrap(wire, uri.IdnHost, options);
            }
            watch.Enter(WebSocketConnectStage.Handshake);
            return Upgrade(new Link(socket, wire, stream, acknowledgements, environment.StartThread), socket, watch);
        }
        catch
        {
            Link.Free(socket, stream);
            throw;
        }
    }

    private Opened Upgrade(Link link, Socket socket, DialWatch watch)
    {
        byte[] nonce = new byte[16];
        using (RandomNumberGenerator random = RandomNumberGenerator.Create())
            random.GetBytes(nonce);
        DeflateParameters? offer = ToOffer(options.Compression);
        UpgradeRequest request = UpgradeRequest.Create(
            uri, nonce, options.Headers, [.. options.SubProtocols], options.Origin, options.UserAgent, offer?.ToOffer());

        HttpHead head = new UpgradeExchange(link.Stream, request, watch, socket).Run(out ArraySegment<byte> earlyFrames);
        WebSocketHandshakeResponse response = UpgradeExchange.ToResponse(head);
        string? problem = UpgradeResponse.Check(head, request, out string? subProtocol, out IReadOnlyList<ExtensionOffer> extensions);
        DeflateParameters? agreed = null;
        if (problem is null && extensions.Count > 0)
            problem = offer!.Agree(extensions[0], out agreed);
        if (problem is null && options.RequireSubProtocol && subProtocol is null)
            problem = FormattableString.Invariant($"The server picked none of the {options.SubProtocols.Count} subprotocols offered, and RequireSubProtocol is set.");
        if (problem is not null)
            throw new WebSocketConnectException(problem, WebSocketConnectStage.Handshake, innerException: null, response, body: null);
        return new Opened(link, response, subProtocol, agreed, earlyFrames);
    }

    // Who cannot flush refers to no earlier message either, and to say so saves the server memory.
    private static DeflateParameters? ToOffer(WebSocketCompressionOptions? compression) => compression is null ? null : new DeflateParameters(
        compression.ServerContextTakeover,
        compression.ClientContextTakeover && MessageDeflater.CanFlush,
        compression.ServerMaxWindowBits,
        compression.ClientMaxWindowBits);

    private string Describe(WebSocketConnectStage stage, Exception cause) => stage switch
    {
        WebSocketConnectStage.Tls =>
            $"The TLS handshake with {uri.IdnHost} failed: {cause.Message} Check that the port speaks TLS (ws instead of wss?) and which TLS versions it allows.",
        WebSocketConnectStage.Handshake =>
            $"The connection to {uri.IdnHost} broke during the opening handshake: {cause.Message}",
        _ => $"Connecting to {uri.IdnHost} failed: {cause.Message}",
    };
}
