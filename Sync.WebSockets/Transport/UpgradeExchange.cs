using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Transport;

/// <summary>Writes the upgrade request and reads the answer, by blocking calls. Dialling thread only.</summary>
internal sealed class UpgradeExchange(Stream stream, UpgradeRequest request, DialWatch watch, IDisposable socket)
{
    // 9110 15.2: interim answers may come before the final one; nobody needs more than a few.
    private const int MaxInterimAnswers = 8;

    private const int MaxBody = 64 * 1024;

    // A refused handshake is reported at once even if the server keeps the connection open, so its body gets this long.
    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(1);

    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>Returns the head of the 101 and what came behind it, or throws what the server said instead.</summary>
    public HttpHead Run(out ArraySegment<byte> earlyFrames)
    {
        byte[] bytes = request.ToBytes();
        stream.Write(bytes, 0, bytes.Length);
        stream.Flush();

        for (int i = 0; i <= MaxInterimAnswers; i++)
        {
            HttpHead head = ReadHead();
            if (head.StatusCode == 101)
            {
                earlyFrames = new ArraySegment<byte>(_buffer, _start, _end - _start);
                return head;
            }
            if (head.StatusCode >= 200)
                throw Refused(head);
        }
        throw Failed(string.Format(
            CultureInfo.InvariantCulture, "The server sent more than {0} interim answers (1xx) without a final one.", MaxInterimAnswers));
    }

    private HttpHead ReadHead()
    {
        HttpHeadParser parser = new();
        while (true)
        {
            _start += parser.Append(_buffer, _start, _end - _start);
            if (parser.Failure is { } failure)
                throw Failed(failure);
            if (parser.Head is { } head)
                return head;
            if (!Fill())
                throw Failed("The server closed the connection before its answer to the handshake was whole. Check that host and port are those of a WebSocket server, and ws or wss.");
        }
    }

    private bool Fill()
    {
        _start = 0;
        _end = Math.Max(0, stream.Read(_buffer, 0, _buffer.Length));
        return _end > 0;
    }

    private WebSocketConnectException Refused(HttpHead head)
    {
        WebSocketHandshakeResponse response = ToResponse(head);
        string message = $"The server answered {response} instead of 101 Switching Protocols." + Advice(head.StatusCode);
        return new WebSocketConnectException(message, WebSocketConnectStage.Handshake, innerException: null, response, ReadBody(head));
    }

    private static string Advice(int status) => status switch
    {
        401 => " It asks for authentication: add an Authorization header to the options.",
        403 => " It refuses this client: check the path, the credentials and the Origin.",
        404 => " There is nothing at this path: check the URI.",
        426 => " It asks for another protocol or version; see its Upgrade and Sec-WebSocket-Version headers.",
        >= 300 and < 400 => " It points to another place: see its Location header.",
        429 or 503 => " It is overloaded: try again later; see its Retry-After header.",
        _ => string.Empty,
    };

    private static WebSocketConnectException Failed(string problem) =>
        new(problem, WebSocketConnectStage.Handshake, innerException: null, response: null, body: null);

    // What the server says beyond its status is worth a short wait, and whatever has come by then is better than nothing.
    private byte[] ReadBody(HttpHead head)
    {
        BodyFraming framing = BodyFraming.Of(head);
        if (framing.Kind == BodyKind.None)
            return [];
        watch.BlockOn(socket, TimeForBody(watch.Remaining));
        List<byte> plain = [];
        ChunkedBody chunked = new();
        try
        {
            do
            {
                if (framing.Kind == BodyKind.Chunked)
                    chunked.Append(_buffer, _start, _end - _start);
                else
                    plain.AddRange(new ArraySegment<byte>(_buffer, _start, _end - _start));
                _start = _end;
            }
            while (!IsWhole(framing, plain.Count, chunked) && Fill());
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or System.Net.Sockets.SocketException or AggregateException)
        {
            // Cut off, by the server or by the time allowed.
        }
        if (framing.Kind == BodyKind.Chunked)
            return chunked.ToArray();
        int length = (int)Math.Min(Math.Min(plain.Count, MaxBody), framing.Kind == BodyKind.Length ? framing.Length : MaxBody);
        return plain.GetRange(0, length).ToArray();
    }

    // Half of what is left at most, so that the refusal is told before ConnectTimeout would hide it.
    private static TimeSpan TimeForBody(TimeSpan remaining)
    {
        TimeSpan half = TimeSpan.FromTicks(remaining.Ticks / 2);
        return remaining >= TimeSpan.Zero && half < BodyTime ? half : BodyTime;
    }

    private static bool IsWhole(BodyFraming framing, int received, ChunkedBody chunked) => framing.Kind switch
    {
        BodyKind.Chunked => chunked.IsComplete || chunked.Failure is not null,
        BodyKind.Length => received >= Math.Min(framing.Length, MaxBody),
        _ => received >= MaxBody,
    };

    public static WebSocketHandshakeResponse ToResponse(HttpHead head) => new(head.StatusCode, head.ReasonPhrase, head.Headers);
}
