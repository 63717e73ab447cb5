using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using Sync.WebSockets.Protocol.Proxies;

namespace Sync.WebSockets.Transport;

/// <summary>From a server's address to a link with it: straight, or through a proxy's tunnel. Dialling thread only.</summary>
internal sealed class LinkDialer(WebSocketClientOptions options, ClientEnvironment environment)
{
    /// <summary>Blocks until bytes can be exchanged with the server; throws <see cref="WebSocketConnectException"/>, or ODE when nobody waits any more.</summary>
    public Link Dial(Hop hop, DialWatch watch)
    {
        watch.Enter(WebSocketConnectStage.Proxy);
        if (ProxyFinder.Find(hop.Uri, hop.Target, options, environment) is not { } proxy)
            return Connect(hop.Target, watch);
        watch.Proxy = proxy;
        Link tunnel = Tunnel(proxy, hop, watch);
        watch.Proxy = null;
        return tunnel;
    }

    private Link Connect(EndPoint target, DialWatch watch)
    {
        Link link;
        if (options.StreamDialer is { } dialStream)
        {
            watch.Enter(WebSocketConnectStage.Tcp);
            link = Own<Stream>(dialStream(target), stream => Link.Over(stream, environment));
        }
        else
        {
            link = Own<Socket>(DialSocket(target, watch), socket => Link.Over(socket, environment));
        }
        watch.BlockOn(link.Channel);
        return link;
    }

    private Socket? DialSocket(EndPoint target, DialWatch watch)
    {
        if (options.SocketDialer is not { } dial)
            return new TcpDialer(environment, options).Dial(target, watch);
        watch.Enter(WebSocketConnectStage.Tcp);
        Socket? socket = dial(target);
        if (socket is { Connected: false })
        {
            socket.Dispose();
            throw new InvalidOperationException("The SocketDialer returned a socket that is not connected, or was used and closed before: return a newly connected one each time.");
        }
        return socket;
    }

    private static Link Own<T>(T? dialled, Func<T, Link> wrap)
        where T : class, IDisposable
    {
        if (dialled is null)
            throw new InvalidOperationException("The program's dialer returned null, expected a connection.");
        try
        {
            return wrap(dialled);
        }
        catch
        {
            dialled.Dispose();
            throw;
        }
    }

    private Link Tunnel(Proxy proxy, Hop hop, DialWatch watch)
    {
        (string host, int port) = hop.Target is IPEndPoint ip
            ? (ip.Address.ToString(), ip.Port)
            : (((DnsEndPoint)hop.Target).Host, ((DnsEndPoint)hop.Target).Port);
        return proxy.Address.Scheme == ProxyScheme.Socks5
            ? TunnelSocks(proxy, host, port, watch)
            : TunnelHttp(proxy, host, port, hop.ProxyAuthorization, watch);
    }

    private Link TunnelSocks(Proxy proxy, string host, int port, DialWatch watch)
    {
        Link link = ConnectTo(proxy, watch);
        try
        {
            new Socks5Tunnel(link.Stream, watch).Open(proxy, host, port);
            return link;
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    // Each attempt has a connection of its own: whether a proxy keeps one open after it has asked for a password is a matter of taste.
    private Link TunnelHttp(Proxy proxy, string host, int port, string? given, DialWatch watch)
    {
        Authenticator authenticator = new(given is null ? proxy.Credentials : null, proxy.Uri);
        while (true)
        {
            Link link = ConnectTo(proxy, watch);
            try
            {
                if (new HttpTunnel(link, authenticator, watch).TryOpen(host, port, options.UserAgent, given))
                    return link;
            }
            catch
            {
                link.Dispose();
                throw;
            }
            link.Dispose();
        }
    }

    private Link ConnectTo(Proxy proxy, DialWatch watch)
    {
        Link link = Connect(new DnsEndPoint(proxy.Address.Host, proxy.Address.Port), watch);
        if (proxy.Address.Scheme != ProxyScheme.Https)
            return link;
        try
        {
            link.Add(TlsLayer.Wrap(link.Stream, proxy.Address.Host, "proxy", options, clientCertificates: [], watch));
            return link;
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }
}
