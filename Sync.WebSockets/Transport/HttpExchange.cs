using System;
using System.Collections.Generic;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Transport;

/// <summary>One HTTP request and its answer, by blocking calls. Dialling thread only.</summary>
/// <param name="link">The connection to the one asked.</param>
/// <param name="asked">Who that is, for messages: "server" or "proxy".</param>
/// <param name="watch">Keeps the time.</param>
internal sealed class HttpExchange(Link link, string asked, DialWatch watch)
{
    // 9110 15.2: interim answers may come before the final one; nobody needs more than a few.
    private const int MaxInterimAnswers = 8;

    private const int MaxBody = 64 * 1024;

    // A refusal is reported at once even if the connection is kept open, so its body gets this long.
    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(1);

    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>What has come behind the answer's head.</summary>
    public ArraySegment<byte> Rest => new(_buffer, _start, _end - _start);

    /// <summary>Writes the request, and blocks until the head of the final answer has come: a 101, or a status of 200 and more.</summary>
    public HttpHead Ask(byte[] request)
    {
        link.Stream.Write(request, 0, request.Length);
        link.Stream.Flush();

        for (int i = 0; i <= MaxInterimAnswers; i++)
        {
            HttpHead head = ReadHead();
            if (head.StatusCode is 101 or >= 200)
                return head;
        }
        throw watch.Failure(FormattableString.Invariant($"The {asked} sent more than {MaxInterimAnswers} interim answers (1xx) without a final one."));
    }

    private HttpHead ReadHead()
    {
        HttpHeadParser parser = new();
        while (true)
        {
            _start += parser.Append(_buffer, _start, _end - _start);
            if (parser.Failure is { } failure)
                throw watch.Failure(failure);
            if (parser.Head is { } head)
                return head;
            if (!Fill())
                throw watch.Failure($"The {asked} closed the connection before its answer was whole. Check that host, port and scheme are those of the {asked}: TLS or not matters.");
        }
    }

    private bool Fill()
    {
        _start = 0;
        _end = Math.Max(0, link.Stream.Read(_buffer, 0, _buffer.Length));
        return _end > 0;
    }

    /// <summary>
    /// The beginning of the answer's body: what is said beyond the status is worth a short wait, and whatever has come by then is better than
    /// nothing. The connection is of no use after that.
    /// </summary>
    public byte[] ReadBody(HttpHead head)
    {
        BodyFraming framing = BodyFraming.Of(head);
        if (framing.Kind == BodyKind.None)
            return [];
        watch.BlockOn(link.Channel, TimeForBody(watch.Remaining));
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
        catch (Exception e) when (e is not System.Threading.ThreadAbortException)
        {
            // Cut off, by the server or by the time allowed. What a stream of the program's throws then is its own business.
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

    /// <summary>Status and reason for a message; the reason is the peer's text.</summary>
    public static string Quote(WebSocketHandshakeResponse response)
    {
        string quoted = HttpGrammar.Quote(response.ToString());
        return quoted.Substring(1, quoted.Length - 2);
    }

    public static WebSocketHandshakeResponse ToResponse(HttpHead head) => new(head.StatusCode, head.ReasonPhrase, head.Headers);
}
