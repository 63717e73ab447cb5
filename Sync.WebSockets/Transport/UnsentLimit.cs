using System.Net.Sockets;
#if NET
using System;
#endif

namespace Sync.WebSockets.Transport;

// The kernel takes megabytes that it has not sent yet, and a pong written then stands behind all of them. Linux can be told to take
// only so much ahead (TCP_NOTSENT_LOWAT); throughput does not suffer, since what is on its way is not limited.

/// <summary>Keeps our own data that waits in the kernel from standing before our control frames.</summary>
internal static class UnsentLimit
{
    public static void Apply(Socket socket)
    {
#if NET
        const int levelTcp = 6;
        const int notSentLowWater = 25;
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            socket.SetRawSocketOption(levelTcp, notSentLowWater, BitConverter.GetBytes(128 * 1024));
        }
        catch (SocketException)
        {
            // A sandbox may refuse it; pongs then wait behind more data.
        }
#endif
    }
}
