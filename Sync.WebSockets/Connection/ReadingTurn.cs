using System;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Who reads has the turn: all that ReaderLoop, its decoder and its buffer own is his. To hand a message from thread to thread costs more than
// to read it, unless many small ones come at once. So while they come as soon as they are awaited, the reader lends its turn: a receiver that finds nothing
// queued reads for itself, and leaves the turn free behind it, for when it comes back. The reader looks every few milliseconds, and takes the
// turn back once nobody has read since; or as soon as it is called, or, if a receiver has it then, that one leaves it. No receiver asks for it
// once the reader wants it.
//
// Nobody is left to wait: whoever waits for a message calls the reader first, if it has lent its turn; and before it lends it the reader asks
// whether somebody waits. The inbox's lock stands between the two, so one of them sees the other. Who waits for a pong calls it in any case.
//
// _holder: the reader frees it, and takes it back; a receiver takes it from free, and frees it. The two takings are by compare-and-swap. _reads
// belongs to who has the turn; the reader looks at it. _isWanted is the reader's, which sets it before it tries to take the turn; a receiver looks
// at it after it has freed the turn, so one of them sees the other. Lock: _sync guards _called; it may be taken with the inbox's lock held, and
// under it nothing else is.

/// <summary>Which thread reads: the reader's own, or that of a receiver.</summary>
internal sealed class ReadingTurn
{
    private const int Reader = 0;
    private const int Nobody = -1;

    private readonly object _sync = new();
    private int _holder;    // Or the receiver's thread.
    private int _reads;
    private bool _isWanted;
    private bool _called;

    /// <summary>How long it may lie unused before the reader takes it back. To be changed before it is lent.</summary>
    public TimeSpan Look { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The reader's own thread does not have it.</summary>
    public bool IsLent => Volatile.Read(ref _holder) != Reader;

    /// <summary>A receiver may take it.</summary>
    public bool IsFree => Volatile.Read(ref _holder) == Nobody && !Volatile.Read(ref _isWanted);

    /// <summary>This thread has it, and is no reader.</summary>
    public bool IsBorrowed => Volatile.Read(ref _holder) is var holder && holder > Reader && holder == Environment.CurrentManagedThreadId;

    /// <summary>Reader: lets receivers have it. Blocks until it is back.</summary>
    public void Lend(Inbox inbox)
    {
        Volatile.Write(ref _holder, Nobody);
        bool isWanted = inbox.IsAwaited;
        bool interrupted = false;
        while (!isWanted || !TryTakeBack())
        {
            int reads = Volatile.Read(ref _reads);
            try
            {
                isWanted |= WasCalledWithin(Look) || Volatile.Read(ref _reads) == reads;
            }
            catch (ThreadInterruptedException)
            {
                // A receiver may have the turn, so this thread must not go on without it.
                isWanted = interrupted = true;
            }
        }
        Volatile.Write(ref _isWanted, false);
        if (interrupted)
            Thread.CurrentThread.Interrupt();
    }

    /// <summary>A receiver: <see cref="Return"/> has to follow.</summary>
    public bool TryBorrow() => Interlocked.CompareExchange(ref _holder, Environment.CurrentManagedThreadId, Nobody) == Nobody;

    /// <summary>The receiver that has it: lets others have it.</summary>
    /// <param name="hasRead">The reader need not take it for unused.</param>
    /// <param name="callReader">As <see cref="CallReader"/> does.</param>
    public void Return(bool hasRead, bool callReader = false)
    {
        if (hasRead)
            Volatile.Write(ref _reads, _reads + 1);
        Interlocked.Exchange(ref _holder, Nobody);
        if (callReader || Volatile.Read(ref _isWanted))
            CallReader();
    }

    /// <summary>Any thread: the reader shall read, as soon as no receiver does.</summary>
    /// <param name="always">Even if it does at this moment: then it takes the turn back that it lends next.</param>
    public void CallReader(bool always = false)
    {
        if (!always && !IsLent)
            return;
        using (Hold.On(_sync))
        {
            _called = true;
            Monitor.Pulse(_sync);
        }
    }

    private bool TryTakeBack()
    {
        Volatile.Write(ref _isWanted, true);
        return Interlocked.CompareExchange(ref _holder, Reader, Nobody) == Nobody;
    }

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
