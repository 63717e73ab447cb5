using System;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Between the reader and the callers of Receive: a queue bounded by the bytes that it holds in memory.
//
// Lock: _lock guards every field, and the counts of the chunks in the queue (SeemsEmpty and WasAwaited are looked at from outside). A small payload is copied out under it (at most 16 KiB),
// so that a chunk is never reused under a receiver's eyes; nothing else takes time there, and no user code runs under it. The pieces of
// a long one are its own, so whoever has taken it copies them afterwards; only the array for them is made under it, so that a message for
// which there is no memory stays. A receiver enters quickly where it finds a small message, and no other receiver waits, nor the reader for what
// it frees: then nobody is to be woken, and it does not wait itself.
//
// A message that takes the reader more than one read is published while it grows (_open), so that a receiver can take it in parts, if nothing
// stands in the queue before it. From the moment on that it does (_taken; a message that was complete by then is never _open) until it has
// read or disposed it, nobody else can receive. A message that is skipped, or cut off by the end of the connection, is never complete.
//
// Waiting: receivers and the reader wait on _lock. A receiver begins to wait while the queue is empty, the reader while it is full, and by
// the time the queue is empty again the reader has been woken; so whenever a receiver is to be woken, receivers stand before the reader,
// and a pulse, which goes to the first in the row, is never lost on it. The reader wakes one receiver per delivery, and whoever leaves
// a non-empty queue wakes the next. One that is interrupted in its wait may have been woken before, and passes it on. Those who wait for
// parts or for the end of _taken, and the reader that waits for somebody to decide about a message, are woken together with everybody else.

/// <summary>Received messages that wait for the application.</summary>
internal sealed partial class Inbox(int limit, MonotonicClock clock)
{
    private readonly InboxLock _lock = new();
    private readonly MessageQueue _messages = new();
    private StreamedMessage? _open;
    private StreamedMessage? _taken;
    private long _charged;  // For all but the places in the queue: chunks, parts, and what is borrowed.
    private int _waiting;
    private int _wantingStream;
    private bool _parked;
    private bool _closed;

    /// <summary>Who reads what is put in here.</summary>
    public ReadingTurn Turn { get; } = new();

    /// <summary>Reader: when it last delivered, one receiver was waiting for just that, and nobody else for anything.</summary>
    public bool WasAwaited { get; private set; }

    /// <summary>Whether somebody waits for what only reading can bring.</summary>
    public bool IsAwaited
    {
        get
        {
            using (_lock.Enter())
                return IsAwaited_NeedsLock;
        }
    }

    /// <summary>Whether no message is queued, it seems; nothing is locked to find out.</summary>
    public bool SeemsEmpty => _messages.Count == 0;

    /// <summary>Whether nothing is there, nobody waits for anything, and more may come.</summary>
    public bool IsIdle
    {
        get
        {
            using (_lock.Enter())
                return _messages.Count == 0 && !IsAwaited_NeedsLock;
        }
    }

    /// <summary>How many messages wait, and how full that makes the queue: 1 at its bound.</summary>
    public (int Messages, double Fill) Load
    {
        get
        {
            using (_lock.Enter())
                return (_messages.Count, (double)Charged_NeedsLock / limit);
        }
    }

    /// <summary>
    /// Whether anything of a message is there that nobody has received to its end: queued, in the hands of a stream, or growing, which it does
    /// not any more once the inbox is closed.
    /// </summary>
    public bool HasUnread
    {
        get
        {
            using (_lock.Enter())
                return _messages.Count > 0 || (_open is not null && !_closed) || _taken is not null;
        }
    }

    /// <summary>
    /// Reader: queues the batch, waking at most one receiver for all of it. False: the inbox is full, and the batch stays. Once the inbox is
    /// closed everything is dropped.
    /// </summary>
    public bool TryDeliver(MessageQueue batch, bool evenIfFull = false)
    {
        using (_lock.Enter())
        {
            if (IsFull_NeedsLock && !evenIfFull)
                return false;
            WasAwaited = _messages.Count == 0 && _waiting == 1 && _wantingStream == 0;
            if (_closed)
                batch.Clear();
            else
                Enqueue_NeedsLock(batch);
            WakeNext_NeedsLock();
            return true;
        }
    }

    /// <summary>Reader: waits until the inbox is half empty, or closed.</summary>
    public void WaitForRoom()
    {
        using (_lock.Enter())
        {
            if (!IsFull_NeedsLock)
                return;
            _parked = true;
            while (_parked && !_closed)
                _lock.Wait();
            _parked = false;
        }
    }

    /// <summary>Reader: whether no message in the chunk is queued any more, so that it can be filled from the front again.</summary>
    public bool IsUnused(ReceiveChunk chunk)
    {
        using (_lock.Enter())
            return chunk.InUse == 0;
    }

    /// <summary>Reader: it will not touch the chunk any more.</summary>
    public void Retire(ReceiveChunk chunk)
    {
        using (_lock.Enter())
        {
            chunk.IsRetired = true;
            if (chunk.InUse == 0)
                chunk.Free();
        }
    }

    /// <summary>Nothing more comes: frees whoever waits. What is queued can still be taken.</summary>
    public void Close()
    {
        using (_lock.Enter())
        {
            _closed = true;
            _lock.PulseAll();
        }
        Turn.CallReader();
    }

    /// <summary>Drops what is queued: nobody will ask for it any more.</summary>
    public void Clear()
    {
        using (_lock.Enter())
        {
            while (_messages.Count > 0)
                Release_NeedsLock(_messages.RemoveFirstRow());
            if (_taken is not null)
                Skip_NeedsLock(_taken);
        }
    }

    // The one whom a message has been queued for may not have woken up yet.
    private bool IsAwaited_NeedsLock => _waiting + _wantingStream > _messages.Count || _taken is not null || _closed;

    private long Charged_NeedsLock => _messages.Charge + _charged;

    private bool IsFull_NeedsLock => !_closed && Charged_NeedsLock >= limit && !IsEmpty_NeedsLock;

    private bool IsEmpty_NeedsLock => _messages.Count == 0 && _taken is not { HasParts: true };

    // A chunk is charged for as a whole, as long as anything in it is queued.
    private void Enqueue_NeedsLock(MessageQueue batch)
    {
        (ReceiveChunk? chunk, int rows) = (batch.Chunk, batch.Rows);
        batch.MoveTo(_messages);
        if (rows == 0)
            return;
        if (chunk!.InUse == 0)
            _charged += chunk.Data.Length;
        chunk.InUse += rows;
    }

    private void Drop_NeedsLock(in ReceivedMessage first)
    {
        if (_messages.RemoveFirst(first))
            Release_NeedsLock(first.Chunk);
        WakeNext_NeedsLock();
    }

    // A place in the queue, or what was borrowed, is done with.
    private void Release_NeedsLock(ReceiveChunk? chunk)
    {
        if (chunk is not null && --chunk.InUse == 0)
        {
            _charged -= chunk.Data.Length;
            if (chunk.IsRetired)
                chunk.Free();
        }
        Unpark_NeedsLock();
    }

    // Half empty before reading goes on, so that reader and receiver do not wake each other for every message.
    private void Unpark_NeedsLock()
    {
        if (!_parked || !(IsEmpty_NeedsLock || Charged_NeedsLock <= limit / 2))
            return;
        _parked = false;
        _lock.PulseAll();
    }

    // Waits with the lock let go. What came at the last moment is taken rather than missed; where there is something already no clock is read.
    private TakeResult WaitForMessage_NeedsLock(TimeSpan timeout, CancellationToken cancellationToken, bool orItsBeginning = false)
    {
        ThrowIfOneIsTaken_NeedsLock();
        if (HasMessage_NeedsLock)
            return TakeResult.Taken;
        Deadline deadline = Deadline.After(clock, timeout);
        do
        {
            if (_closed)
                return TakeResult.Closed;
            if (orItsBeginning && _taken is null && _open is { IsAttached: false })
                return TakeResult.Taken;
            if (!orItsBeginning && _taken is null)
                Refuse_NeedsLock();
            cancellationToken.ThrowIfCancellationRequested();
            int milliseconds = deadline.RemainingMilliseconds;
            if (milliseconds == 0)
                return TakeResult.TimedOut;
            WaitForArrival_NeedsLock(milliseconds, orItsBeginning);
        }
        while (!HasMessage_NeedsLock);
        return TakeResult.Taken;
    }

    // One that is taken in parts comes before the others, whose turn it is once nothing more can come of it.
    private bool HasMessage_NeedsLock => _messages.Count > 0 && (_taken is null || _closed);

    private void WaitForArrival_NeedsLock(int milliseconds, bool orItsBeginning)
    {
        ref int waiting = ref orItsBeginning ? ref _wantingStream : ref _waiting;
        waiting++;
        try
        {
            Turn.CallReader();
            _lock.Wait(milliseconds);
        }
        catch
        {
            waiting--;
            WakeNext_NeedsLock();
            throw;
        }
        waiting--;
    }

    private void WakeNext_NeedsLock()
    {
        if (_messages.Count == 0)
            return;
        if (_wantingStream > 0)
            _lock.PulseAll();
        else if (_waiting > 0)
            _lock.Pulse();
    }

    private void WakeAll()
    {
        using (_lock.Enter())
            _lock.PulseAll();
    }
}
