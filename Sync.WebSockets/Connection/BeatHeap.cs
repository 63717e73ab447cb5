using System;
using System.Diagnostics.CodeAnalysis;

namespace Sync.WebSockets.Connection;

// A binary heap whose members know their place, so that one can be moved without a search and none is allocated. The BCL's
// PriorityQueue is missing on the older frameworks, and cannot move a member on the new ones.

/// <summary>Beats by the time they are due. Not synchronised.</summary>
internal sealed class BeatHeap
{
    private Beat[] _beats = new Beat[16];

    public int Count { get; private set; }

    public Beat First => _beats[0];

    public void Add(Beat beat)
    {
        if (Count == _beats.Length)
            Array.Resize(ref _beats, Count * 2);
        Place(beat, Count++);
        MoveUp(beat);
    }

    public void Remove(Beat beat)
    {
        int hole = beat.Position;
        Beat last = _beats[--Count];
        _beats[Count] = null!;
        beat.Position = -1;
        if (last == beat)
            return;
        Place(last, hole);
        Moved(last);
    }

    /// <summary>Its due time has changed.</summary>
    public void Moved(Beat beat)
    {
        MoveUp(beat);
        MoveDown(beat);
    }

    private void MoveUp(Beat beat)
    {
        while (beat.Position > 0)
        {
            Beat parent = _beats[(beat.Position - 1) / 2];
            if (parent.Due <= beat.Due)
                return;
            Swap(parent, beat);
        }
    }

    private void MoveDown(Beat beat)
    {
        while (TryGetEarlierChild(beat, out Beat? child) && child.Due < beat.Due)
            Swap(beat, child);
    }

    private bool TryGetEarlierChild(Beat beat, [NotNullWhen(true)] out Beat? child)
    {
        int left = (beat.Position * 2) + 1;
        int right = left + 1;
        child = left >= Count ? null
            : right < Count && _beats[right].Due < _beats[left].Due ? _beats[right]
            : _beats[left];
        return child is not null;
    }

    private void Swap(Beat upper, Beat lower)
    {
        int position = upper.Position;
        Place(upper, lower.Position);
        Place(lower, position);
    }

    private void Place(Beat beat, int position)
    {
        _beats[position] = beat;
        beat.Position = position;
    }
}
