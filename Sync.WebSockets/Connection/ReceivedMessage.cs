using System;
using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Protocol.Messages;

namespace Sync.WebSockets.Connection;

/// <summary>A message on its way from the reader to a receiver.</summary>
/// <param name="MessageType">Text or binary.</param>
/// <param name="Payload">An array of its own, or a slice of the chunk; nothing when there are pieces.</param>
/// <param name="Chunk">What the payload lies in; null when it has memory of its own.</param>
/// <param name="Pieces">The payload of a long message.</param>
internal readonly record struct ReceivedMessage(
    WebSocketMessageType MessageType, ArraySegment<byte> Payload, ReceiveChunk? Chunk, PayloadPieces? Pieces = null)
{
    // What a place in a queue that has just grown costs.
    private const int Overhead = 128;

    public int Length => Pieces?.Length ?? Payload.Count;

    /// <summary>
    /// Where its frame begins in the chunk: the length is written in as few octets as it takes (5.2), or the decoder would have refused it, and
    /// the decoder takes the header of such a frame with its payload or not at all.
    /// </summary>
    public int Start => Payload.Offset - FrameHeader.HeaderLengthOf(Payload.Count);

    /// <summary>Where its frame ends.</summary>
    public int End => Payload.Offset + Payload.Count;

    /// <summary>What it is charged for on its own; a chunk is charged once for all its messages.</summary>
    public long Charge => Overhead + (Pieces?.Capacity ?? (Chunk is null ? Payload.Count : 0));

    /// <summary>The one whose frame begins there in the chunk; the decoder has found it in order.</summary>
    public static ReceivedMessage In(ReceiveChunk chunk, int start)
    {
        FrameHeader header = FrameDecoder.Read(chunk.Data.AsSpan(start));
        return new ReceivedMessage(
            header.Opcode == Opcode.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary,
            new ArraySegment<byte>(chunk.Data, start + header.HeaderLength, (int)header.PayloadLength),
            chunk);
    }

    /// <summary>The message for the application, in an array of exactly its size. What is in pieces is not copied yet: see <see cref="MovePieces"/>.</summary>
    public WebSocketMessage ToMessage() => new(MessageType, Pieces is null && Chunk is null ? Payload.Array! : Copy());

    /// <summary>What a small text says. The decoder has checked it.</summary>
    public string ToText() => Encoding.UTF8.GetString(Payload.Array!, Payload.Offset, Payload.Count);

    /// <summary>Its receiver: copies the payload, if it is in pieces, and frees them.</summary>
    public void MovePieces(byte[] destination)
    {
        if (Pieces is null)
            return;
        Pieces.Seen.CopyTo(destination);
        FreePieces();
    }

    /// <summary>Its receiver, if nobody else has got the pieces.</summary>
    public void FreePieces() => Pieces?.Free();

    public void WriteTo(IBufferWriter<byte> destination)
    {
        if (Pieces is null)
        {
            destination.Write(Payload.AsSpan());
            return;
        }
        foreach (ArraySegment<byte> piece in Pieces.Seen.From(0))
            destination.Write(piece.AsSpan());
    }

    private byte[] Copy()
    {
        if (Length == 0)
            return [];
        byte[] copy = FreshArray.Of(Length);
        Payload.AsSpan().CopyTo(copy);
        return copy;
    }
}
