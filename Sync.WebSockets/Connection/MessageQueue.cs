using System;
using System.Buffers;

namespace Sync.WebSockets.Connection;

// Owner: the reader has one to itself, in which it gathers what it hands over together; the inbox's lock guards the other.
//
// Small messages mostly come one right behind the other in a chunk. Such a row takes one place, whatever its length: where its first frame
// begins, and how many there are. Each frame tells where the next one begins.

/// <summary>Messages in the order of the wire. Its memory is rented while it has more than a few places, and given back when it is empty.</summary>
internal sealed class MessageQueue
{
    // Enough where messages come one by one.
    private const int Few = 4;

    private readonly Place[] _few = new Place[Few];
    private Place[] _places;
    private int _first;
    private int _end;

    public MessageQueue() => _places = _few;

    public int Count { get; private set; }

    /// <summary>How many places are taken.</summary>
    public int Places => _end - _first;

    /// <summary>How many places it has before it takes more memory.</summary>
    public int Room => _places.Length;

    /// <summary>What its messages are charged for on their own.</summary>
    public long Charge { get; private set; }

    /// <summary>How many of them lie in a chunk.</summary>
    public int InChunk { get; private set; }

    /// <summary>The chunk that the last of those lies in.</summary>
    public ReceiveChunk? Chunk { get; private set; }

    public ReceivedMessage First => _places[_first].First;

    /// <summary>Whether the first one lies in a chunk, so that it is small.</summary>
    public bool IsFirstInChunk => _places[_first].Chunk is not null;

    public void Add(in ReceivedMessage message)
    {
        if (_first == _end || !_places[_end - 1].TryExtend(message))
        {
            Reserve(1);
            _places[_end++] = new Place(message);
            Charge += message.Charge;
        }
        Count++;
        if (message.Chunk is null)
            return;
        Chunk = message.Chunk;
        InChunk++;
    }

    /// <param name="first">What <see cref="First"/> is.</param>
    public void RemoveFirst(in ReceivedMessage first)
    {
        if (!_places[_first].TryAdvance(first))
            RemoveFirstPlace();
        Count--;
        InChunk -= first.Chunk is null ? 0 : 1;
    }

    /// <summary>Removes the first message with all that share its place. Says how many, and the chunk that they lie in.</summary>
    public (int Count, ReceiveChunk? Chunk) RemoveFirstRow()
    {
        (int count, ReceiveChunk? chunk) = (_places[_first].Count, _places[_first].Chunk);
        RemoveFirstPlace();
        Count -= count;
        InChunk -= chunk is null ? 0 : count;
        return (count, chunk);
    }

    /// <summary>Moves all messages behind those of another queue, or none where there is no memory.</summary>
    public void MoveTo(MessageQueue other)
    {
        other.Reserve(Places);
        Array.Copy(_places, _first, other._places, other._end, Places);
        other._end += Places;
        other.Count += Count;
        other.Charge += Charge;
        other.InChunk += InChunk;
        other.Chunk = Chunk ?? other.Chunk;
        Clear();
    }

    public void Clear()
    {
        Array.Clear(_places, _first, Places);
        _first = _end;
        Count = 0;
        Charge = 0;
        InChunk = 0;
        ResetIfEmpty();
    }

    private void RemoveFirstPlace()
    {
        Charge -= _places[_first].Charge;
        // Nothing is kept alive by a place in a queue.
        _places[_first++] = default;
        ResetIfEmpty();
    }

    // One that is added to and taken from moves to its front rather than grow. The pool's arrays double from one to the next.
    private void Reserve(int more)
    {
        if (_end + more <= _places.Length)
            return;
        Place[] old = _places;
        int count = Places;
        if (count + more > old.Length / 2)
            _places = ArrayPool<Place>.Shared.Rent(count + more);
        Array.Copy(old, _first, _places, 0, count);
        _first = 0;
        _end = count;
        if (_places == old)
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
        Place[] old = _places;
        _places = _few;
        _first = 0;
        _end = 0;
        Chunk = null;
        GiveBack(old);
    }

    private void GiveBack(Place[] places)
    {
        if (places != _few)
            Rented.Return(places);
    }

    /// <summary>A message with memory of its own, or a row of them in a chunk.</summary>
    internal struct Place(in ReceivedMessage message)
    {
        private readonly ReceivedMessage _own = message.Chunk is null ? message : default;
        private int _start = message.Start;
        private int _end = message.End;

        public readonly ReceiveChunk? Chunk { get; } = message.Chunk;

        public int Count { get; private set; } = 1;

        public readonly ReceivedMessage First => Chunk is null ? _own : ReceivedMessage.In(Chunk, _start);

        // The same for all messages in chunks.
        public readonly long Charge => _own.Charge;

        // The reader's queue alone is added to, and it is empty before the chunk is read into again: so what ends at a place in the chunk is
        // followed by what begins there.
        public bool TryExtend(in ReceivedMessage message)
        {
            if (Chunk is null || message.Chunk != Chunk || message.Start != _end)
                return false;
            _end = message.End;
            Count++;
            return true;
        }

        public bool TryAdvance(in ReceivedMessage first)
        {
            if (Count == 1)
                return false;
            _start = first.End;
            Count--;
            return true;
        }
    }
}
