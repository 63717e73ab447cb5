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
    private readonly ManualResetEventSlim _released = new();
    private readonly List<IDisposable> _parts = [];

    public StalledServer(Stall stall)
    {
        switch (stall)
        {
            case Stall.Resolver:
                Uri = new Uri("ws://stalled.example/");
                Environment = new ClientEnvironment { Resolve = Resolve };
                break;
            case Stall.Syn:
                ScriptedServer full = Add(new ScriptedServer(_ => { }, new ScriptedServerOptions { Accepts = false, Backlog = 0 }));
                FillBacklog(full.Port);
                Uri = full.Uri;
                break;
            case Stall.TlsHandshake:
                ScriptedServer mute = Add(new ScriptedServer(connection => connection.WaitForDisconnect()));
                Uri = new Uri("wss://127.0.0.1:" + mute.Uri.Port + "/");
                break;
            default:
                Uri = Add(new ScriptedServer(Drip)).Uri;
                break;
        }
    }

    public Uri Uri { get; }

    public ClientEnvironment Environment { get; } = ClientEnvironment.Default;

    public void Dispose()
    {
        _released.Set();
        _parts.ForEach(part => part.Dispose());
    }

    private IPAddress[] Resolve(string host)
    {
        _released.Wait();
        return [IPAddress.Loopback];
    }

    private static void Drip(ServerConnection connection)
    {
        try
        {
            connection.ReadRequest();
            foreach (char letter in "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
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

    // Once the backlog is full, the system drops every further SYN.
    private void FillBacklog(int port)
    {
        for (int i = 0; i < 4; i++)
        {
            Socket socket = Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
            try
            {
                socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // Under way, which is what is wanted.
            }
        }
    }

    private T Add<T>(T part)
        where T : IDisposable
    {
        _parts.Add(part);
        return part;
    }
}
