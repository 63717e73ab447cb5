using System.Net.Sockets;
#if !NET
using System;
#endif

namespace Sync.WebSockets.Transport;

/// <summary>Sets TCP's keepalive, in the way that each platform has for it.</summary>
internal static class KeepAlive
{
    // SocketOptionName.TcpKeepAliveTime, TcpKeepAliveInterval and TcpKeepAliveRetryCount.
    private const SocketOptionName Time = (SocketOptionName)3;
    private const SocketOptionName Interval = (SocketOptionName)17;
    private const SocketOptionName RetryCount = (SocketOptionName)16;

    public static void Apply(Socket socket, TcpKeepAliveOptions options)
    {
#if NET
        SetOptions(socket, options);
#else
        // SIO_KEEPALIVE_VALS: on or off, time and interval in milliseconds, each four bytes in the machine's order.
        byte[] values = new byte[3 * sizeof(uint)];
        BitConverter.GetBytes(1u).CopyTo(values, 0);
        BitConverter.GetBytes((uint)options.Time.TotalMilliseconds).CopyTo(values, sizeof(uint));
        BitConverter.GetBytes((uint)options.Interval.TotalMilliseconds).CopyTo(values, 2 * sizeof(uint));
        try
        {
            socket.IOControl(IOControlCode.KeepAliveValues, values, null);
        }
        catch (PlatformNotSupportedException)
        {
            // .NET elsewhere than on Windows: it has the options, though .NET Standard has no names for them.
            SetOptions(socket, options);
        }
#endif
    }

    private static void SetOptions(Socket socket, TcpKeepAliveOptions options)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, Time, (int)options.Time.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, Interval, (int)options.Interval.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, RetryCount, options.RetryCount);
    }
}
