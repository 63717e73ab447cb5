using System;
using System.Net;
using System.Net.Sockets;

namespace Sync.WebSockets.Support;

/// <summary>Two ends of one TCP connection on loopback, with buffers small enough to be filled.</summary>
internal sealed class SocketPair : IDisposable
{
    public SocketPair()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8 * 1024 };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = 8 * 1024 };
        Client.Connect(listener.LocalEndPoint!);
        Server = listener.Accept();
        Server.ReceiveTimeout = 10_000;
    }

    public Socket Client { get; }

    public Socket Server { get; }

    /// <summary>Sends until the client's socket has no room left. Small pieces, and only into room, so that it never blocks.</summary>
    public void Fill()
    {
        byte[] piece = new byte[256];
        while (Client.Poll(20_000, SelectMode.SelectWrite))
            Client.Send(piece);
    }

    /// <summary>Reads at the server's end until the client's socket has room again.</summary>
    public void Drain()
    {
        byte[] ignored = new byte[64 * 1024];
        while (!Client.Poll(0, SelectMode.SelectWrite))
            Server.Receive(ignored);
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
