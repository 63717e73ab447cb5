using System;
using System.Net.Sockets;
#if !NET
using System.IO;
using System.Runtime.InteropServices;
#endif

namespace Sync.WebSockets.Transport;

// .NET has calls for what it has no name for. .NET Framework and .NET Standard have none, so there the C library is called: on Mono, and on
// .NET when it runs the build for .NET Standard. The library takes a socket's number, and once a socket is closed its number may be
// another one's. So only its owner sets an option; and what was read counts only if the socket is still there afterwards.

/// <summary>The options of Linux's TCP (tcp(7)). Any thread may read one.</summary>
internal static class LinuxTcp
{
    public const int Info = 11;
    public const int NotSentLowWater = 25;

    private const int Level = 6;

#if NET
    /// <summary>Whether this is Linux.</summary>
    public static bool IsHere => OperatingSystem.IsLinux();

    /// <summary>Reads an option, and returns its length. Throws as a <see cref="Socket"/> does.</summary>
    public static int Read(Socket socket, int option, Span<byte> value) => socket.GetRawSocketOption(Level, option, value);

    /// <summary>The socket's owner: sets an option. Throws <see cref="SocketException"/> where the system refuses it.</summary>
    public static void Set(Socket socket, int option, int value) => socket.SetRawSocketOption(Level, option, BitConverter.GetBytes(value));
#else
    public static bool IsHere { get; } = Environment.OSVersion.Platform == PlatformID.Unix && File.Exists("/proc/version");

    public static int Read(Socket socket, int option, Span<byte> value)
    {
        int length = value.Length;
        bool isRead = GetSocketOption((int)socket.Handle, Level, option, ref MemoryMarshal.GetReference(value), ref length) == 0;
        _ = socket.Available; // Throws when the socket is closed.
        return isRead ? length : throw new SocketException((int)SocketError.ProtocolOption);
    }

    public static void Set(Socket socket, int option, int value)
    {
        if (SetSocketOption((int)socket.Handle, Level, option, ref value, sizeof(int)) != 0)
            throw new SocketException((int)SocketError.ProtocolOption);
    }

    [DllImport("libc", EntryPoint = "getsockopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetSocketOption(int socket, int level, int option, ref byte value, ref int length);

    [DllImport("libc", EntryPoint = "setsockopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetSocketOption(int socket, int level, int option, ref int value, int length);
#endif
}
