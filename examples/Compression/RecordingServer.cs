using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;

namespace Compression;

/// <summary>
/// A server that neither compresses nor inflates, so that only the client's work is measured: it notes what it gets, and sends the same
/// frames back, as often as it is told, and an empty one, when it gets a binary message.
/// </summary>
internal sealed class RecordingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RecordingServer()
    {
        _listener.Start();
        Uri = new Uri($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        Start(Accept);
    }

    public Uri Uri { get; }

    /// <summary>What is answered to an offer of compression.</summary>
    public string? Extensions { get; set; }

    /// <summary>How often what came is sent back.</summary>
    public int Echoes { get; set; }

    /// <summary>The payload bytes that came on the wire, in data frames.</summary>
    public long Received { get; private set; }

    public void Dispose() => _listener.Dispose();

    private static void Start(Action action)
    {
        new Thread(Run) { IsBackground = true }.Start();

        void Run()
        {
            try
            {
                action();
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
            {
                // The client has gone, or the listener.
            }
        }
    }

    private void Accept()
    {
        while (true)
        {
            Socket socket = _listener.AcceptSocket();
            socket.NoDelay = true;
            Start(() =>
            {
                using NetworkStream stream = new(socket, ownsSocket: true);
                Serve(stream);
            });
        }
    }

    private void Serve(NetworkStream network)
    {
        Stream stream = new BufferedStream(network, 64 * 1024);
        Upgrade(stream);
        Received = 0;
        List<byte[]> frames = [];
        while (true)
        {
            (byte first, byte[] payload) = ReadFrame(stream);
            switch (first & 0x0F)
            {
                case 8:
                    network.Write(Frame(0x88, payload));
                    return;
                case 9:
                    network.Write(Frame(0x8A, payload));
                    break;
                case 2:
                    for (int i = 0; i < Echoes; i++)
                        frames.ForEach(frame => network.Write(frame));
                    network.Write(Frame(0x81, []));
                    break;
                default:
                    Received += payload.Length;
                    if (Echoes > 0)
                        frames.Add(Frame(first, payload));
                    break;
            }
        }
    }

    private void Upgrade(Stream stream)
    {
        StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)stream.ReadByte());
        const string Name = "Sec-WebSocket-Key: ";
        string text = head.ToString();
        int start = text.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
        string key = text[start..text.IndexOf('\r', start)];
#pragma warning disable CA5350 // RFC 6455 wants it; no secret depends on it.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        string extensions = Extensions is null ? "" : $"Sec-WebSocket-Extensions: {Extensions}\r\n";
        stream.Write(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n{extensions}\r\n"));
        stream.Flush();
    }

    private static (byte First, byte[] Payload) ReadFrame(Stream stream)
    {
        byte first = Read(stream, 1)[0];
        int length = Read(stream, 1)[0] & 0x7F;
        if (length == 126)
            length = BinaryPrimitives.ReadUInt16BigEndian(Read(stream, 2));
        else if (length == 127)
            length = (int)BinaryPrimitives.ReadInt64BigEndian(Read(stream, 8));
        byte[] key = Read(stream, 4);
        byte[] payload = Read(stream, length);
        for (int i = 0; i < length; i++)
            payload[i] ^= key[i % 4];
        return (first, payload);
    }

    private static byte[] Read(Stream stream, int count)
    {
        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Frame(byte first, byte[] payload)
    {
        byte[] header = payload.Length switch
        {
            < 126 => [first, (byte)payload.Length],
            <= ushort.MaxValue => [first, 126, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [first, 127, 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length],
        };
        return [.. header, .. payload];
    }
}
