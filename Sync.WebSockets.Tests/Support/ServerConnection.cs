using System;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>
/// The server's end of one connection, in the hands of a script. It shares no code with the library, so that it can judge it.
/// Reads and writes are bounded by the socket's timeouts; writes may come from any thread, reads from one at a time.
/// </summary>
internal sealed class ServerConnection(Socket? socket, Stream stream, WaitHandle serverStopped)
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(30);

    private readonly FrameReader _reader = new(stream);
    private readonly FrameWriter _writer = new(stream);

    public Socket Socket => socket ?? throw new InvalidOperationException("This connection is in memory and has no socket.");

    /// <summary>The socket's stream, under TLS the SslStream. Reading it past the buffered reads loses order.</summary>
    public Stream Stream { get; } = stream;

    public bool HasHeardFromClient => _reader.HasRead;

    public ServerRequest ReadRequest() => new(_reader.ReadHead());

    /// <summary>Reads the request and answers it rightly. <paramref name="extraHeaders"/> are whole lines: "Name: value".</summary>
    public ServerRequest Upgrade(params string[] extraHeaders)
    {
        ServerRequest request = ReadRequest();
        Accept(request, extraHeaders);
        return request;
    }

    /// <summary>Answers a request that was read rightly. <paramref name="extraHeaders"/> are whole lines: "Name: value".</summary>
    public void Accept(ServerRequest request, params string[] extraHeaders)
    {
        string key = request["Sec-WebSocket-Key"] ?? throw new InvalidDataException("No Sec-WebSocket-Key in\n" + request.Text);
        string[] head =
        [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: " + AcceptFor(key),
            .. extraHeaders,
        ];
        SendAscii(string.Join("\r\n", head) + "\r\n\r\n");
    }

    /// <summary>Answers without a body. <paramref name="headers"/> are whole lines: "Name: value".</summary>
    public void Refuse(string status, params string[] headers) =>
        SendAscii($"HTTP/1.1 {status} No\r\n" + string.Concat(headers.Select(header => header + "\r\n")) + "Content-Length: 0\r\n\r\n");

    /// <summary>4.2.2: the proof that the server read this very request.</summary>
    public static string AcceptFor(string key)
    {
#pragma warning disable CA1850, CA5350 // The RFC names SHA-1, which guards nothing here; HashData is not on all targets.
        using var sha1 = SHA1.Create();
        return Convert.ToBase64String(sha1.ComputeHash(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA1850, CA5350
    }

    public void SendRaw(byte[] bytes) => _writer.Write(bytes);

    public void SendRaw(string hex) => _writer.Write(Hex.Bytes(hex));

    public void SendAscii(string text) => _writer.Write(Encoding.ASCII.GetBytes(text));

    /// <param name="rsv">The three reserved bits as a number: RSV1 is 4.</param>
    public void SendFrame(int opcode, byte[] payload, bool fin = true, int rsv = 0, bool masked = false) =>
        _writer.Write(opcode, payload, fin, rsv, masked);

    public void SendText(string text) => SendFrame(Op.Text, Encoding.UTF8.GetBytes(text));

    public void SendBinary(byte[] payload) => SendFrame(Op.Binary, payload);

    public void SendPing(byte[]? payload = null) => SendFrame(Op.Ping, payload ?? []);

    public void SendPong(byte[]? payload = null) => SendFrame(Op.Pong, payload ?? []);

    public void SendClose(int code = 1000, string reason = "") =>
        SendFrame(Op.Close, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    /// <summary>Null when the client ended the stream between two frames.</summary>
    public ServerFrame? ReadFrame()
    {
        ServerFrame? frame = _reader.ReadFrame();
        if (frame is { MaskKey: null })
            throw new InvalidDataException("RFC 6455 5.1: a client masks every frame.");
        return frame;
    }

    /// <summary>
    /// The next message, put together, or the Close frame; null at the end of the stream. Pings and pongs are passed over, nothing is answered.
    /// </summary>
    public ServerFrame? ReadMessage()
    {
        var whole = new MemoryStream();
        for (ServerFrame? first = null; ReadFrame() is { } frame;)
        {
            if (frame.Opcode == Op.Close)
                return frame;
            if (frame.IsControl)
                continue;
            if (frame.Opcode == Op.Continuation != first is not null)
                throw new InvalidDataException("RFC 6455 5.4: fragments of different messages are mixed.");

            first ??= frame;
            if (frame.Fin && first == frame)
                return frame;
            whole.Write(frame.Payload, 0, frame.Payload.Length);
            if (frame.Fin)
                return new ServerFrame(true, first.Rsv, first.Opcode, whole.ToArray(), first.MaskKey);
        }

        return null;
    }

    /// <summary>Passes over everything before the client's Close, answers that with its own payload, and returns it.</summary>
    public ServerFrame ReadUntilClose()
    {
        while (ReadFrame() is { } frame)
        {
            if (frame.Opcode != Op.Close)
                continue;
            SendFrame(Op.Close, frame.Payload);
            return frame;
        }

        throw new EndOfStreamException("The client ended the stream without a Close frame.");
    }

    /// <summary>
    /// A right echo server: fragments come back as fragments, pings are answered, and the Close too. A client that just goes is no error.
    /// </summary>
    public void EchoUntilClosed()
    {
        try
        {
            while (ReadFrame() is { } frame)
            {
                if (frame.Opcode == Op.Pong)
                    continue;
                SendFrame(frame.Opcode == Op.Ping ? Op.Pong : frame.Opcode, frame.Payload, frame.Fin, frame.Rsv);
                if (frame.Opcode == Op.Close)
                    break;
            }
        }
        catch (Exception e) when (ServerStream.IsLoss(e) && !ServerStream.IsTimeout(e))
        {
        }

        ShutdownSend();
    }

    /// <summary>All bytes up to the client's end of the stream.</summary>
    public byte[] ReadToEnd() => _reader.ReadToEnd();

    /// <summary>Passes over everything until the client is gone, by a FIN or by a reset.</summary>
    public void WaitForDisconnect()
    {
        try
        {
            byte[] ignored = new byte[64 * 1024];
            while (Stream.Read(ignored, 0, ignored.Length) > 0)
            {
            }
        }
        catch (Exception e) when (ServerStream.IsLoss(e) && !ServerStream.IsTimeout(e))
        {
        }
    }

    /// <summary>Blocks the script until the test says so; ends with the server, too.</summary>
    public void WaitForTest(ManualResetEventSlim signal, TimeSpan? deadline = null)
    {
        TimeSpan bound = deadline ?? DefaultDeadline;
        int woken = WaitHandle.WaitAny([signal.WaitHandle, serverStopped], bound);
        if (woken == 1)
            throw new ObjectDisposedException(nameof(ScriptedServer), "The test ended while its script waited for it.");
        if (woken == WaitHandle.WaitTimeout)
            throw new TimeoutException($"The test gave the script no sign within {bound}.");
    }

    /// <summary>Lets time pass on the wire, for scripts that are slow or silent on purpose.</summary>
    public void Pause(TimeSpan time)
    {
        if (serverStopped.WaitOne(time))
            throw new ObjectDisposedException(nameof(ScriptedServer), "The test ended while its script paused.");
    }

    /// <summary>Says and reads nothing more until the test ends.</summary>
    public void FallSilent() => Pause(System.Threading.Timeout.InfiniteTimeSpan);

    /// <summary>Sends a FIN: the client reads the end of the stream, and can still send.</summary>
    public void ShutdownSend()
    {
        try
        {
            socket?.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The client has reset the connection: there is nobody left to tell.
        }
    }

    /// <summary>Ends the connection with a RST instead of a FIN.</summary>
    public void Reset()
    {
        Socket.LingerState = new LingerOption(true, 0);
        Socket.Dispose();
    }
}
