using System;
using System.Net;
using System.Net.Sockets;

namespace Sync.WebSockets.Transport;

/// <summary>A connected socket. Any thread.</summary>
internal sealed class SocketChannel(Socket socket) : IChannel
{
    public EndPoint? LocalEndPoint { get; } = EndPointOf(socket, static s => s.LocalEndPoint);

    public EndPoint? RemoteEndPoint { get; } = EndPointOf(socket, static s => s.RemoteEndPoint);

    public bool CanWriteNow
    {
        get
        {
            try
            {
                return socket.Poll(0, SelectMode.SelectWrite);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public bool HasUnreadBytes
    {
        get
        {
            try
            {
                return socket.Available > 0;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public bool CanAwaitBytes => true;

    // Of Windows that is not known for sure.
    public bool IsFreedByShutdown => Environment.OSVersion.Platform != PlatformID.Win32NT;

    public bool AwaitBytes(TimeSpan time)
    {
        try
        {
            return socket.Poll((int)(time.Ticks / 10), SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A read will say why.
            return true;
        }
    }

    public void Shutdown(SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already, which is where this leads.
        }
    }

    public void Dispose() => socket.Dispose();

    private static EndPoint? EndPointOf(Socket socket, Func<Socket, EndPoint?> select)
    {
        try
        {
            return select(socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
