using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.WebSockets;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Protocol.Messages;

namespace Sync.WebSockets.Protocol;

/// <summary>Small messages that the decoder took together, found again by their headers.</summary>
internal static class MessageRow
{
    public static IReadOnlyList<(WebSocketMessageType Type, byte[] Payload)> Take(
        MessageDecoder decoder, byte[] buffer, ref int start, int end, int most = int.MaxValue)
    {
        List<(WebSocketMessageType Type, byte[] Payload)> row = [];
        int at = start;
        int count = decoder.TakeRow(buffer, ref start, end, most, out int payloads);
        while (at < start)
        {
            FrameHeader header = FrameDecoder.Read(buffer.AsSpan(at));
            at += header.HeaderLength;
            row.Add((header.Opcode == Opcode.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary, buffer.AsSpan(at, (int)header.PayloadLength).ToArray()));
            at += (int)header.PayloadLength;
        }
        if (at != start || row.Count != count || row.Sum(m => m.Payload.Length) != payloads)
            throw new InvalidOperationException(FormattableString.Invariant($"It took {count} messages with {payloads} bytes, but there are {row.Count}."));
        return row;
    }
}
