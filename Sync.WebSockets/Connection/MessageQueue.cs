using System;

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

    /// <summary>How many rows of them lie in chunks.</summary>
    public int Rows { get; private set; }

    /// <summary>The chunk that the last of those lies in.</summary>
    public ReceiveChunk? Chunk { get; private set; }

    public ReceivedMessage First => _places[_first].First;

    /// <summary>How many small messages stand in a row at the front; 0: none, or a message with memory of its own.</summary>
    public int FirstRow => _places[_first].Row;

    public void Add(in ReceivedMessage message)
    {
        if (message.Chunk is null)
            AddPlace(new Place(message));
        else
            AddRow(message.Chunk, message.Start, message.End, 1);
    }

    /// <summary>Adds so many messages, whose frames lie one right behind the other in the chunk.</summary>
    public void AddRow(ReceiveChunk chunk, int start, int end, int count)
    {
        if (_first == _end || !_places[_end - 1].TryExtend(chunk, start, end, count))
        {
            AddPlace(new Place(chunk, start, end, count));
            Chunk = chunk;
            Rows++;
        }
        else
        {
            Count += count;
        }
    }

    /// <summary>True: it was the last one in its place.</summary>
    /// <param name="first">What <see cref="First"/> is.</param>
    public bool RemoveFirst(in ReceivedMessage first)
    {
        Count--;
        if (_places[_first].TryAdvance(first))
            return false;
        RemoveFirstPlace();
        return true;
    }

    /// <summary>Removes the first message with all that share its place. Says which chunk they lie in.</summary>
    public ReceiveChunk? RemoveFirstRow()
    {
        ReceiveChunk? chunk = _places[_first].Chunk;
        Count -= _places[_first].Count;
        RemoveFirstPlace();
        return chunk;
    }

    /// <summary>Moves all messages behind those of another queue, or none where there is no memory.</summary>
    public void MoveTo(MessageQueue other)
    {
        other.Reserve(Places);
        Array.Copy(_places, _first, other._places, other._end, Places);
        other._end += Places;
        other.Count += Count;
        other.Charge += Charge;
        other.Rows += Rows;
        other.Chunk = Chunk ?? other.Chunk;
        Clear();
    }

    public void Clear()
    {
        Array.Clear(_places, _first, Places);
        _first = _end;
        Count = 0;
        Charge = 0;
        Rows = 0;
        ResetIfEmpty();
    }

    private void AddPlace(in Place place)
    {
        Reserve(1);
        _places[_end++] = place;
        Charge += place.Charge;
        Count += place.Count;
    }

    private void RemoveFirstPlace()
    {
        Charge -= _places[_first].Charge;
        Rows -= _places[_first].Chunk is null ? 0 : 1;
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
            _places = UninterruptedPool<Place>.Instance.Rent(count + more);
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
            UninterruptedPool<Place>.Instance.Return(places);
    }

    /// <summary>A message with memory of its own, or a row of them in a chunk.</summary>
    internal struct Place
    {
        private readonly ReceivedMessage _own;
        private int _start;
        private int _end;

        public Place(in ReceivedMessage own)
        {
            _own = own;
            Count = 1;
        }

        public Place(ReceiveChunk chunk, int start, int end, int count)
        {
            Chunk = chunk;
            _start = start;
            _end = end;
            Count = count;
        }

        public ReceiveChunk? Chunk { get; }

        public int Count { get; private set; }

        public readonly int Row => Chunk is null ? 0 : Count;

        public readonly ReceivedMessage First => Chunk is null ? _own : ReceivedMessage.In(Chunk, _start);

        // The same for all rows.
        public readonly long Charge => _own.Charge;

        // The reader's queue alone is added to, and it is empty before the chunk is read into again: so what ends at a place in the chunk is
        // followed by what begins there.
        public bool TryExtend(ReceiveChunk chunk, int start, int end, int count)
        {
            if (Chunk != chunk || start != _end)
                return false;
            _end = end;
            Count += count;
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
