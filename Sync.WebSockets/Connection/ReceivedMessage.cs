using System;
using System.Net.WebSockets;

namespace Sync.WebSockets.Connection;

/// <summary>A message on its way from the reader to a receiver.</summary>
/// <param name="MessageType">Text or binary.</param>
/// <param name="Payload">An array of its own, or a slice of the chunk.</param>
/// <param name="Chunk">What the payload lies in; null when the payload is an array of its own.</param>
internal readonly record struct ReceivedMessage(WebSocketMessageType MessageType, ArraySegment<byte> Payload, ReceiveChunk? Chunk)
{
    // What a message costs beside its payload: its place in the queue, and the array that it becomes.
    private const int Overhead = 64;

    /// <summary>What it is charged for on its own; a chunk is charged once for all its messages.</summary>
    public long Charge => Chunk is null ? (long)Payload.Count + Overhead : Overhead;

    /// <summary>The message for the application, in an array of exactly its size.</summary>
    public WebSocketMessage ToMessage() => new(MessageType, Chunk is null ? Payload.Array! : Copy());

    private byte[] Copy()
    {
        if (Payload.Count == 0)
            return [];
#if NET
        byte[] copy = GC.AllocateUninitializedArray<byte>(Payload.Count);
#else
        byte[] copy = new byte[Payload.Count];
#endif
        Payload.AsSpan().CopyTo(copy);
        return copy;
    }
}
