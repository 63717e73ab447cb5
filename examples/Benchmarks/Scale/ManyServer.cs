using System;
using System.Buffers.Binary;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Benchmarks.Server;
using Sync.WebSockets.Protocol.Frames;

namespace Benchmarks.Scale;

/// <summary>Echoes short messages over many thousand connections, asynchronously: it must not need a thread for each.</summary>
internal static class ManyServer
{
    private const int Header = 2;
    private const int MaskedHeader = Header + sizeof(uint);
    private const int LongestQueue = 4096;

    /// <summary>Prints its port, and serves until its input ends.</summary>
    public static void Run()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start(LongestQueue);
        _ = AcceptAsync(listener);
        Console.WriteLine(FormattableString.Invariant($"{((IPEndPoint)listener.LocalEndpoint).Port}"));
        while (Console.In.ReadLine() is not null)
        {
        }
    }

    private static async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            Socket socket = await listener.AcceptSocketAsync();
            _ = Task.Run(() => ServeAsync(socket));
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        using NetworkStream stream = new(socket, ownsSocket: true);
        try
        {
            Upgrade.Accept(stream);
            byte[] buffer = new byte[1024];
            int length = 0;
            bool isOpen = true;
            while (isOpen)
            {
                int read = await stream.ReadAsync(buffer.AsMemory(length));
                length += read;
                int answers = Answer(buffer, ref length, ref isOpen);
                isOpen &= read > 0;
                if (answers > 0)
                    await stream.WriteAsync(buffer.AsMemory(0, answers));
                // What has not come whole waits behind the answers, which take less room than what they answer.
                buffer.AsSpan(buffer.Length - length).CopyTo(buffer);
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The client has gone.
        }
    }

    // Turns the frames at the beginning of the buffer into their answers, and moves the rest to its end.
    private static int Answer(Span<byte> buffer, ref int length, ref bool isOpen)
    {
        int start = 0;
        int end = 0;
        while (isOpen && length - start >= MaskedHeader && length - start >= MaskedHeader + (buffer[start + 1] & 0x7F))
        {
            byte first = buffer[start];
            int size = buffer[start + 1] & 0x7F;
            uint key = BinaryPrimitives.ReadUInt32LittleEndian(buffer[(start + Header)..]);
            Span<byte> payload = buffer.Slice(start + MaskedHeader, size);
            Mask.Copy(payload, payload, key, 0);
            start += MaskedHeader + size;
            if (first == Frame.Pong)
                continue;
            isOpen = first != Frame.Close;
            Frame.WriteHeader(buffer[end..], first == Frame.Ping ? Frame.Pong : first, size);
            payload.CopyTo(buffer[(end + Header)..]);
            end += Header + size;
        }
        length -= start;
        buffer.Slice(start, length).CopyTo(buffer[^length..]);
        return end;
    }
}
