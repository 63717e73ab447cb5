#if NET
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Messages;

namespace Sync.WebSockets.Fuzzing;

/// <summary>What a client makes of a stream: its messages, and how it ends.</summary>
/// <param name="Messages">Type and payload of each, as hex.</param>
/// <param name="End">"open", "refused", or the Close frame.</param>
/// <param name="Refusal">Why it was refused; ours only.</param>
internal sealed record StreamOutcome(IReadOnlyList<string> Messages, string End, Violation? Refusal = null)
{
    public bool Equals(StreamOutcome? other) => other is not null && End == other.End && Messages.SequenceEqual(other.Messages);

    public override int GetHashCode() => End.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => string.Join(", ", Messages.Append(End + " " + Refusal?.Message));

    public static StreamOutcome Ours(byte[] stream)
    {
        MessageDecoder decoder = new(long.MaxValue, onFrame: null);
        List<string> messages = [];
        int start = 0;
        while (true)
        {
            foreach ((WebSocketMessageType type, byte[] payload) in MessageRow.Take(decoder, stream, ref start, stream.Length))
                messages.Add(type + " " + Wire.ToHex(payload));
            switch (decoder.Decode(stream, ref start, stream.Length))
            {
                case DecodeResult.NeedMore:
                    return new StreamOutcome(messages, "open");
                case DecodeResult.TooBig:
                    decoder.Refuse();
                    return new StreamOutcome(messages, "refused", decoder.Violation);
                case DecodeResult.Violation:
                    return new StreamOutcome(messages, "refused", decoder.Violation);
                case DecodeResult.Close:
                    return new StreamOutcome(messages, Close((int?)decoder.ClosePayload.Status ?? 1005, decoder.ClosePayload.Description));
                case DecodeResult.Message:
                    messages.Add(decoder.MessageType + " " + Wire.ToHex(decoder.Bytes().ToArray()));
                    break;
            }
        }
    }

    public static StreamOutcome OfPlatform(byte[] stream)
    {
        using WebSocket client = WebSocket.CreateFromStream(new OneWayStream(stream), new WebSocketCreationOptions { KeepAliveInterval = TimeSpan.Zero });
        List<string> messages = [];
        byte[] buffer = new byte[Math.Max(1, stream.Length)];
        try
        {
            for (int filled = 0; ;)
            {
                ValueWebSocketReceiveResult result = client.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None).AsTask().GetAwaiter().GetResult();
                if (result.MessageType == WebSocketMessageType.Close)
                    return new StreamOutcome(messages, Close((int)client.CloseStatus!, client.CloseStatusDescription ?? ""));
                filled += result.Count;
                if (!result.EndOfMessage)
                    continue;
                messages.Add(result.MessageType + " " + Wire.ToHex(buffer.Take(filled)));
                filled = 0;
            }
        }
        catch (WebSocketException e)
        {
            bool endsEarly = e.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely;
            return new StreamOutcome(messages, endsEarly ? "open" : "refused");
        }
    }

    private static string Close(int code, string reason) => FormattableString.Invariant($"{code} {reason}");

    /// <summary>Reads what is there; what is written is gone.</summary>
    private sealed class OneWayStream(byte[] stream) : MemoryStream(stream)
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override System.Threading.Tasks.ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }
}
#endif
