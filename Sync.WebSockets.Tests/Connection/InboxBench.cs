using System;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using Sync.WebSockets.Protocol;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Connection;

/// <summary>Messages for an inbox, and what the reader and a receiver do with them.</summary>
internal static class InboxBench
{
    public static TimeSpan Never => Timeout.InfiniteTimeSpan;

    public static TimeSpan Now => TimeSpan.Zero;

    public static ReceivedMessage Own(params byte[] data) => new(WebSocketMessageType.Binary, new ArraySegment<byte>(data), Chunk: null);

    public static ReceivedMessage In(ReceiveChunk chunk, int offset, int count)
    {
        Wire.Header(Opcode.Binary, count).CopyTo(chunk.Data, offset - 2);
        return new ReceivedMessage(WebSocketMessageType.Binary, new ArraySegment<byte>(chunk.Data, offset, count), chunk);
    }

    public static TimeSpan In(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    public static void Deliver(Inbox inbox, params ReceivedMessage[] messages) => TryDeliver(inbox, messages).Should().BeTrue();

    public static bool TryDeliver(Inbox inbox, params ReceivedMessage[] messages) => inbox.TryDeliver(Batch(messages));

    /// <summary>How many messages the inbox took, one by one, before it was full.</summary>
    public static int Fits(Inbox inbox, Func<ReceivedMessage> next)
    {
        int taken = 0;
        while (TryDeliver(inbox, next()))
            taken++;
        return taken;
    }

    public static MessageQueue Batch(params ReceivedMessage[] messages)
    {
        MessageQueue batch = new();
        foreach (ReceivedMessage message in messages)
            batch.Add(message);
        return batch;
    }

    public static WebSocketMessage Take(Inbox inbox)
    {
        inbox.Take(Now, CancellationToken.None, out WebSocketMessage message).Should().Be(TakeResult.Taken);
        return message;
    }
}
