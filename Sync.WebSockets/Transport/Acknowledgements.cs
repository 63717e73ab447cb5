using System;
using System.Buffers.Binary;
using System.Net.Sockets;

namespace Sync.WebSockets.Transport;

// Bytes that our own kernel has taken say nothing about the peer: into a dead peer's socket small writes "progress" for hours, and a full
// one takes more when Linux makes its buffer larger. Linux tells what the peer's TCP has acknowledged (TCP_INFO, tcpi_bytes_acked), under
// TLS too. Elsewhere, and where the figure does not look as expected, the heartbeat does without.

/// <summary>How much of what was sent the peer's TCP has acknowledged. Any thread.</summary>
internal sealed class Acknowledgements
{
    private const int OffsetOfBytesAcked = 120;

    private readonly Socket _socket;

    private Acknowledgements(Socket socket) => _socket = socket;

    /// <summary>For a socket that has just been connected and has not been written to; null where there is no such figure.</summary>
    public static Acknowledgements? Of(Socket fresh)
    {
        // Our SYN counts as one byte.
        return LinuxTcp.IsHere && Ask(fresh) == 1 ? new Acknowledgements(fresh) : null;
    }

    /// <summary>Bytes acknowledged since the connection was made; null when the socket is gone.</summary>
    public long? Read() => Ask(_socket) - 1;

    private static long? Ask(Socket socket)
    {
        Span<byte> info = stackalloc byte[OffsetOfBytesAcked + sizeof(long)];
        try
        {
            int length = LinuxTcp.Read(socket, LinuxTcp.Info, info);
            return length < info.Length ? null
                : BitConverter.IsLittleEndian ? BinaryPrimitives.ReadInt64LittleEndian(info.Slice(OffsetOfBytesAcked))
                : BinaryPrimitives.ReadInt64BigEndian(info.Slice(OffsetOfBytesAcked));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }
}
