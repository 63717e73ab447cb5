using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>
/// Ports for servers that cannot tell which one the system gave them. They lie below the range that systems take for outgoing
/// connections, and each process starts elsewhere, so that nobody takes the port between the question and the answer.
/// </summary>
internal static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _last = (Guid.NewGuid().GetHashCode() & int.MaxValue) % Count;

    public static int Next()
    {
        for (int tries = 0; tries < Count; tries++)
        {
            int port = First + ((Interlocked.Increment(ref _last) & int.MaxValue) % Count);
            if (IsFree(port))
                return port;
        }

        throw new InvalidOperationException("No free port.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
