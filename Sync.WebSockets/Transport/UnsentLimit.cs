using System;
using System.Net.Sockets;

namespace Sync.WebSockets.Transport;

// The kernel takes megabytes that it has not sent yet, and a pong written then stands behind all of them. Linux can be told to take
// only so much ahead (TCP_NOTSENT_LOWAT); throughput does not suffer, since what is on its way is not limited.

/// <summary>Keeps our own data that waits in the kernel from standing before our control frames.</summary>
internal static class UnsentLimit
{
    private const int Bytes = 128 * 1024;

    /// <summary>For a socket that nobody else has yet.</summary>
    public static void Apply(Socket socket)
    {
        if (!LinuxTcp.IsHere)
            return;
        try
        {
            LinuxTcp.Set(socket, LinuxTcp.NotSentLowWater, Bytes);
        }
        catch (Exception e) when (e is SocketException or DllNotFoundException or EntryPointNotFoundException)
        {
            // A sandbox may refuse it, or there is no such library; pongs then wait behind more data.
        }
    }
}
