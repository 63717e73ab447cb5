using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>Addresses of this machine that let clients in, or swallow everything.</summary>
internal sealed class Listeners : IDisposable
{
    private readonly List<Socket> _listening = [];
    private readonly List<Socket> _clients = [];

    /// <summary>The first that was asked for.</summary>
    public Socket First => _listening[0];

    /// <summary>Lets in as many clients as the backlog holds; they need not be accepted.</summary>
    public IPEndPoint Listen(IPAddress address, int port = 0, int backlog = 10)
    {
        Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listening.Add(listener);
        listener.Bind(new IPEndPoint(address, port));
        listener.Listen(backlog);
        return (IPEndPoint)listener.LocalEndPoint!;
    }

    /// <summary>Once the backlog is full, the system drops what comes.</summary>
    public IPEndPoint Swallow(IPAddress address)
    {
        IPEndPoint endPoint = Listen(address, backlog: 1);
        for (int i = 0; i < 10; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _clients.Add(socket);
            BackgroundRun connect = Run.InBackground(() => Connect(socket, endPoint));
            if (!connect.EndsWithin(TimeSpan.FromMilliseconds(500)))
                return endPoint;
        }
        Assert.Ignore("This system's backlog takes everything.");
        return endPoint;
    }

    /// <summary>Lets go of everybody who came in, which makes room for others.</summary>
    public void AcceptAll()
    {
        foreach (Socket listener in _listening)
        {
            while (listener.Poll(0, SelectMode.SelectRead))
                listener.Accept().Dispose();
        }
    }

    public void Dispose()
    {
        _listening.ForEach(socket => socket.Dispose());
        _clients.ForEach(socket => socket.Dispose());
    }

    private static void Connect(Socket socket, IPEndPoint endPoint)
    {
        try
        {
            socket.Connect(endPoint);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The backlog is full, and the test over.
        }
    }
}
