using System;
using System.Diagnostics;
using System.Net.Sockets;

namespace Sync.WebSockets.Support;

/// <summary>
/// Ends a connection so that all that was sent arrives: a socket that is closed over unread input sends a RST, and that destroys
/// what the client has not read yet.
/// </summary>
internal static class OrderlyEnd
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static void Of(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
            byte[] ignored = new byte[64 * 1024];
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < Patience && socket.Receive(ignored) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The script has reset it, the client has, or the client says nothing more and does not end either.
        }
    }
}
