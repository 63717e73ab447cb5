using System;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Who reads has the turn: all that ReaderLoop, its decoder and its buffer own is his. To hand a message from thread to thread costs more than
// to read it. So while messages come one at a time, each as soon as it is awaited, the reader lends its turn: a receiver that finds nothing
// queued reads for itself, and leaves the turn free behind it, for when it comes back. The reader looks every few milliseconds, and takes the
// turn back once nobody has used it since; or at once, when it is called.
//
// Nobody is left to wait: whoever waits for what is read (for a message, a pong, the end) calls the reader first, if the turn is free; and
// whoever leaves the turn calls it if somebody waits by then. The inbox's lock stands between the two, so one of them sees the other.
//
// _holder: the reader frees it, and takes it back; a receiver takes it from free, and frees it. The two takings are by compare-and-swap. _uses
// belongs to who has the turn; the reader looks at it. Lock: _sync guards _called; it may be taken with the inbox's lock held, and under it
// nothing else is.

/// <summary>Which thread reads: the reader's own, or that of a receiver.</summary>
internal sealed class ReadingTurn
{
    private const int Reader = 0;
    private const int Nobody = -1;

    private readonly object _sync = new();
    private int _holder;    // Or the receiver's thread.
    private int _uses;
    private bool _called;

    /// <summary>How long it may lie unused before the reader takes it back. To be changed before it is lent.</summary>
    public TimeSpan Look { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>A receiver may take it.</summary>
    public bool IsFree => Volatile.Read(ref _holder) == Nobody;

    /// <summary>This thread has it, and is no reader.</summary>
    public bool IsBorrowed => Volatile.Read(ref _holder) is var holder && holder > Reader && holder == Environment.CurrentManagedThreadId;

    /// <summary>Reader: lets receivers have it. Blocks until it is back.</summary>
    public void Lend(Inbox inbox)
    {
        WasCalledWithin(TimeSpan.Zero);
        Volatile.Write(ref _holder, Nobody);
        bool isWanted = inbox.IsAwaited;
        while (!isWanted || !TryTakeBack())
        {
            int uses = Volatile.Read(ref _uses);
            isWanted |= WasCalledWithin(Look) || Volatile.Read(ref _uses) == uses;
        }
    }

    /// <summary>A receiver: <see cref="Return"/> has to follow.</summary>
    public bool TryBorrow() => Interlocked.CompareExchange(ref _holder, Environment.CurrentManagedThreadId, Nobody) == Nobody;

    /// <summary>The receiver that has it: lets others have it.</summary>
    public void Return()
    {
        Volatile.Write(ref _uses, _uses + 1);
        Volatile.Write(ref _holder, Nobody);
    }

    /// <summary>Any thread: the reader shall read, as soon as no receiver does.</summary>
    public void CallReader()
    {
        if (Volatile.Read(ref _holder) == Reader)
            return;
        using (Hold.On(_sync))
        {
            _called = true;
            Monitor.Pulse(_sync);
        }
    }

    private bool TryTakeBack() => Interlocked.CompareExchange(ref _holder, Reader, Nobody) == Nobody;

    private bool WasCalledWithin(TimeSpan time)
    {
        using (Hold.On(_sync))
        {
            if (!_called)
                Monitor.Wait(_sync, time);
            bool called = _called;
            _called = false;
            return called;
        }
    }
}
