using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>Something between client and server that stalls an attempt to connect at one stage.</summary>
internal sealed class StalledServer : IDisposable
{
    private const string Stuck = "stuck.example";
    private const string Plain = "ws://echo.example/";
    private const string Secure = "wss://echo.example/";
    private const string Accepted = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    private const string Established = "HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy.example\r\n";

    private readonly ManualResetEventSlim _released = new();
    private readonly List<IDisposable> _parts = [];

    public StalledServer(Stall stall)
    {
        (string Server, string? Proxy) way = stall switch
        {
            Stall.Resolver => ("ws://" + Stuck, null),
            Stall.Syn => ("ws://" + Full(), null),
            Stall.TlsHandshake => ("wss://" + Mute(), null),
            Stall.Answer => ("ws://" + Mute(), null),
            Stall.Drip => ("ws://" + Serve(connection => Drip(connection, Accepted)), null),
            Stall.Redirect => ("ws://" + RedirectTo(Mute()), null),
            Stall.ProxyResolver => (Plain, "http://" + Stuck + ":3128"),
            Stall.ProxySyn => (Plain, "http://" + Full()),
            Stall.ProxyTls => (Plain, "https://" + Mute()),
            Stall.ProxyAnswer => (Plain, "http://" + Mute()),
            Stall.ProxyDrip => (Plain, "http://" + Serve(connection => Drip(connection, Established))),
            Stall.SocksGreeting => (Plain, "socks5://" + Mute()),
            Stall.SocksReply => (Plain, "socks5://" + Serve(Greet)),
            Stall.TunnelTls => (Secure, "http://" + Serve(OpenTunnel)),
            _ => throw new ArgumentOutOfRangeException(nameof(stall)),
        };
        Uri = new Uri(way.Server);
        Proxy = way.Proxy is null ? null : new TestWebProxy(new Uri(way.Proxy));
        Environment = new ClientEnvironment { Resolve = Resolve, Variable = _ => null, SystemProxy = () => null };
    }

    public Uri Uri { get; }

    public ClientEnvironment Environment { get; }

    private IWebProxy? Proxy { get; }

    /// <summary>Sets what leads an attempt to where it gets stuck.</summary>
    public void Configure(WebSocketClientOptions options)
    {
        options.Proxy = Proxy;
        options.MaxRedirects = 1;
    }

    public void Dispose()
    {
        _released.Set();
        _parts.ForEach(part => part.Dispose());
    }

    private static void Drip(ServerConnection connection, string answer)
    {
        try
        {
            connection.ReadRequest();
            foreach (char letter in answer)
            {
                connection.SendAscii(letter.ToString());
                connection.Pause(TimeSpan.FromMilliseconds(200));
            }
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
            // The client has given up, as it should.
        }
    }

    private static void Greet(ServerConnection connection)
    {
        connection.Stream.ReadByte();
        connection.SendRaw("05 00");
        connection.WaitForDisconnect();
    }

    private static void OpenTunnel(ServerConnection connection)
    {
        connection.ReadRequest();
        connection.SendAscii(Established + "\r\n");
        connection.WaitForDisconnect();
    }

    // Each of these gives the address of a server of its own.
    private string Mute() => Serve(connection => connection.WaitForDisconnect());

    private string RedirectTo(string address) => Serve(connection =>
    {
        connection.ReadRequest();
        connection.Refuse("302", "Location: ws://" + address);
    });

    // Once the backlog is full, the system drops every further SYN.
    private string Full()
    {
        ScriptedServer full = Add(new ScriptedServer(_ => { }, new ScriptedServerOptions { Accepts = false, Backlog = 0 }));
        for (int i = 0; i < 4; i++)
        {
            Socket socket = Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
            try
            {
                socket.Connect(new IPEndPoint(IPAddress.Loopback, full.Port));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // Under way, which is what is wanted.
            }
        }
        return AddressOf(full);
    }

    private string Serve(Action<ServerConnection> script) => AddressOf(Add(new ScriptedServer(script)));

    private static string AddressOf(ScriptedServer server) => "127.0.0.1:" + server.Port;

    private IPAddress[] Resolve(string host)
    {
        _released.Wait();
        return [IPAddress.Loopback];
    }

    private T Add<T>(T part)
        where T : IDisposable
    {
        _parts.Add(part);
        return part;
    }
}
