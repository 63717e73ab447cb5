using System;
using System.Net.Sockets;
#if NET
using System.Buffers.Binary;
#else
using System.Runtime.InteropServices;
#endif

namespace Sync.WebSockets.Transport;

// Bytes that our own kernel has taken say nothing about the peer: into a dead peer's socket small writes "progress" for hours, and one that
// is full takes more when Linux makes its buffer larger. Linux tells what the peer's TCP has acknowledged (TCP_INFO, tcpi_bytes_acked), under
// TLS too. Elsewhere, and where the figure does not look as expected, the heartbeat does without.

/// <summary>How much of what was sent the peer's TCP has acknowledged. Any thread.</summary>
internal sealed class Acknowledgements
{
    private const int LevelTcp = 6;
    private const int TcpInfo = 11;
    private const int OffsetOfBytesAcked = 120;

    private readonly Socket _socket;

    private Acknowledgements(Socket socket) => _socket = socket;

    /// <summary>For a socket that has just been connected and has not been written to; null where there is no such figure.</summary>
    public static Acknowledgements? Of(Socket fresh)
    {
        // Our SYN counts as one byte.
        return MayTell && Ask(fresh) == 1 ? new Acknowledgements(fresh) : null;
    }

    /// <summary>Bytes acknowledged since the connection was made; null when the socket is gone.</summary>
    public long? Read() => Ask(_socket) - 1;

    private static long? Ask(Socket socket)
    {
        try
        {
            return ReadInfo(socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

#if NET
    private static bool MayTell => OperatingSystem.IsLinux();

    private static long? ReadInfo(Socket socket)
    {
        Span<byte> info = stackalloc byte[OffsetOfBytesAcked + sizeof(long)];
        int length = socket.GetRawSocketOption(LevelTcp, TcpInfo, info);
        return length < info.Length ? null
            : BitConverter.IsLittleEndian ? BinaryPrimitives.ReadInt64LittleEndian(info.Slice(OffsetOfBytesAcked))
            : BinaryPrimitives.ReadInt64BigEndian(info.Slice(OffsetOfBytesAcked));
    }
#else
    // Mono, and .NET that runs the build for netstandard2.0. Another Unix knows no such option, or has a short answer.
    private static bool MayTell => Environment.OSVersion.Platform == PlatformID.Unix;

    private static long? ReadInfo(Socket socket)
    {
        try
        {
            int length = Marshal.SizeOf<Info>();
            bool told = GetSocketOption((int)socket.Handle, LevelTcp, TcpInfo, out Info info, ref length) == 0 && length == Marshal.SizeOf<Info>();
            // It throws for a socket that was closed meanwhile: then its number may have been another one's already.
            _ = socket.Available;
            return told ? info.BytesAcked : null;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "getsockopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetSocketOption(int socket, int level, int name, out Info value, ref int length);

    [StructLayout(LayoutKind.Explicit, Size = OffsetOfBytesAcked + sizeof(long))]
    private struct Info
    {
        [FieldOffset(OffsetOfBytesAcked)]
        public long BytesAcked;
    }
#endif
}
