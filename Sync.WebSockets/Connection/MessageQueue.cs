using System;
using System.Buffers;

namespace Sync.WebSockets.Connection;

// Owner: the reader has one to itself, in which it gathers what it hands over together; the inbox's lock guards the other.

/// <summary>Messages in the order of the wire. Its memory is rented while it holds more than a few, and given back when it is empty.</summary>
internal sealed class MessageQueue
{
    // Enough where messages come one by one.
    private const int Few = 4;

    private readonly ReceivedMessage[] _few = new ReceivedMessage[Few];
    private ReceivedMessage[] _messages;
    private int _first;
    private int _end;

    public MessageQueue() => _messages = _few;

    public int Count => _end - _first;

    /// <summary>How many it holds before it takes more memory.</summary>
    public int Room => _messages.Length;

    /// <summary>What its messages are charged for on their own.</summary>
    public long Charge { get; private set; }

    /// <summary>How many of them lie in a chunk.</summary>
    public int InChunk { get; private set; }

    /// <summary>The chunk that the last of those lies in.</summary>
    public ReceiveChunk? Chunk { get; private set; }

    public ref readonly ReceivedMessage First => ref _messages[_first];

    public ref readonly ReceivedMessage this[int index] => ref _messages[_first + index];

    public void Add(in ReceivedMessage message)
    {
        Reserve(1);
        _messages[_end++] = message;
        Charge += message.Charge;
        if (message.Chunk is null)
            return;
        Chunk = message.Chunk;
        InChunk++;
    }

    public void RemoveFirst()
    {
        ref ReceivedMessage first = ref _messages[_first++];
        Charge -= first.Charge;
        if (first.Chunk is not null)
            InChunk--;
        // Nothing is kept alive by a place in a queue.
        first = default;
        ResetIfEmpty();
    }

    /// <summary>Moves the first messages behind those of another queue: all of them, or none where there is no memory.</summary>
    public void MoveTo(MessageQueue other, int count)
    {
        other.Reserve(count);
        (long charge, int inChunk) = count == Count ? (Charge, InChunk) : SumOf(count);
        Array.Copy(_messages, _first, other._messages, other._end, count);
        other._end += count;
        other.Charge += charge;
        other.InChunk += inChunk;
        other.Chunk = Chunk ?? other.Chunk;

        Array.Clear(_messages, _first, count);
        _first += count;
        Charge -= charge;
        InChunk -= inChunk;
        ResetIfEmpty();
    }

    public void Clear()
    {
        while (Count > 0)
            RemoveFirst();
    }

    private (long Charge, int InChunk) SumOf(int count)
    {
        long charge = 0;
        int inChunk = 0;
        for (int i = 0; i < count; i++)
        {
            charge += this[i].Charge;
            inChunk += this[i].Chunk is null ? 0 : 1;
        }
        return (charge, inChunk);
    }

    // One that is added to and taken from moves to its front rather than grow.
    private void Reserve(int more)
    {
        if (_end + more <= _messages.Length)
            return;
        ReceivedMessage[] old = _messages;
        int count = Count;
        if (count + more > old.Length / 2)
            _messages = ArrayPool<ReceivedMessage>.Shared.Rent(2 * (count + more));
        Array.Copy(old, _first, _messages, 0, count);
        _first = 0;
        _end = count;
        if (_messages == old)
        {
            Array.Clear(old, count, old.Length - count);
            return;
        }
        Array.Clear(old, 0, old.Length);
        GiveBack(old);
    }

    private void ResetIfEmpty()
    {
        if (_first != _end)
            return;
        ReceivedMessage[] old = _messages;
        _messages = _few;
        _first = 0;
        _end = 0;
        Chunk = null;
        GiveBack(old);
    }

    private void GiveBack(ReceivedMessage[] messages)
    {
        if (messages != _few)
            Rented.Return(messages);
    }
}
