using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using Sync.WebSockets.Protocol.Messages;

namespace Sync.WebSockets.Connection;

// Owner: the inbox's lock guards everything.

/// <summary>A message that was not complete when it was first looked at: a receiver may take it in parts.</summary>
internal sealed class StreamedMessage(WebSocketMessageType messageType)
{
    // What a part costs beside its bytes: its place in the queue, and the head of its array.
    private const int Overhead = 64;

    private readonly Queue<ArraySegment<byte>> _parts = new();
    private int _handed;

    public WebSocketMessageType MessageType { get; } = messageType;

    /// <summary>What had come when the reader last waited for more. Its bytes do not change any more.</summary>
    public PayloadSeen Seen { get; set; }

    /// <summary>A receiver takes it in parts.</summary>
    public bool IsAttached { get; private set; }

    /// <summary>It is too big as a whole, and the reader waits for somebody who takes it in parts.</summary>
    public bool AwaitsTaker { get; set; }

    /// <summary>Somebody wanted it as a whole.</summary>
    public bool IsRefused { get; set; }

    /// <summary>Its last part is there.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Nobody wants the rest.</summary>
    public bool IsSkipped { get; private set; }

    public bool HasParts => _parts.Count > 0;

    /// <summary>What the parts that wait keep in memory.</summary>
    public long Charged { get; private set; }

    public void Attach()
    {
        try
        {
            Add(Seen, 0);
        }
        catch
        {
            // No memory: whoever comes next begins with the first byte again.
            _parts.Clear();
            Charged = 0;
            throw;
        }
        _handed = Seen.Length;
        Seen = default;
        IsAttached = true;
    }

    /// <summary>How much of what the reader holds the receiver has got by attaching; told once.</summary>
    public int TakeHanded()
    {
        int handed = _handed;
        _handed = 0;
        return handed;
    }

    public void Add(ArraySegment<byte> part)
    {
        _parts.Enqueue(part);
        Charged += ChargeOf(part);
    }

    /// <summary>What lies behind the first <paramref name="start"/> bytes of a whole message, which gives its memory away with that.</summary>
    public void Add(in ReceivedMessage message, int start)
    {
        if (message.Pieces is { } pieces)
            Add(pieces.Seen, start);
        else if (message.Length > start)
            Add(new ArraySegment<byte>(message.Payload.Array!, message.Payload.Offset + start, message.Length - start));
    }

    public ArraySegment<byte> Take()
    {
        ArraySegment<byte> part = _parts.Dequeue();
        Charged -= ChargeOf(part);
        return part;
    }

    public void Skip()
    {
        _parts.Clear();
        Charged = 0;
        IsSkipped = true;
        IsComplete = false;
    }

    private void Add(PayloadSeen payload, int start)
    {
        foreach (ArraySegment<byte> part in payload.From(start))
            Add(part);
    }

    private static long ChargeOf(ArraySegment<byte> part) => (long)part.Array!.Length + Overhead;
}
