using System;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Between the reader and the callers of Receive: a queue bounded by the bytes that it holds in memory.
//
// Lock: _sync guards every field, and the counts of the chunks in the queue. A small payload is copied out under it (at most 16 KiB),
// so that a chunk is never reused under a receiver's eyes; nothing else takes time there, and no user code runs under it. The pieces of
// a long one are its own, so whoever has taken it copies them afterwards; only the array for them is made under it, so that a message for
// which there is no memory stays.
//
// A message that takes the reader more than one read is published while it grows (_open), so that a receiver can take it in parts, if nothing
// stands in the queue before it. From the moment on that it does (_taken; a message that was complete by then is never _open) until it has
// read or disposed it, nobody else can receive. A message that is skipped, or cut off by the end of the connection, is never complete.
//
// Waiting: receivers and the reader wait on _sync. A receiver begins to wait while the queue is empty, the reader while it is full, and by
// the time the queue is empty again the reader has been woken; so whenever a receiver is to be woken, receivers stand before the reader,
// and a pulse, which goes to the first in the row, is never lost on it. The reader wakes one receiver per delivery, and whoever leaves
// a non-empty queue wakes the next. One that is interrupted in its wait may have been woken before, and passes it on. Those who wait for
// parts or for the end of _taken, and the reader that waits for somebody to decide about a message, are woken together with everybody else.

/// <summary>Received messages that wait for the application.</summary>
internal sealed partial class Inbox(int limit, MonotonicClock clock)
{
    private readonly object _sync = new();
    private readonly MessageQueue _messages = new();
    private StreamedMessage? _open;
    private StreamedMessage? _taken;
    private long _charged;
    private int _waiting;
    private int _wantingStream;
    private bool _parked;
    private bool _closed;

    /// <summary>How many messages wait, and how full that makes the queue: 1 at its bound.</summary>
    public (int Messages, double Fill) Load
    {
        get
        {
            using (Hold.On(_sync))
                return (_messages.Count, (double)_charged / limit);
        }
    }

    /// <summary>Whether anything of a message is there that nobody has received to its end: queued, growing, or in the hands of a stream.</summary>
    public bool HasUnread
    {
        get
        {
            using (Hold.On(_sync))
                return _messages.Count > 0 || _open is not null || _taken is not null;
        }
    }

    /// <summary>
    /// Reader: queues the batch, waking at most one receiver for all of it. False: the inbox is full; what did not fit stays in the batch. Once
    /// the inbox is closed everything is dropped.
    /// </summary>
    public bool TryDeliver(MessageQueue batch)
    {
        using (Hold.On(_sync))
        {
            if (_closed)
            {
                batch.Clear();
                return true;
            }
            int fits = Fits_NeedsLock(batch);
            bool all = fits == batch.Count;
            if (fits > 0)
                Enqueue_NeedsLock(batch, fits);
            WakeNext_NeedsLock();
            return all;
        }
    }

    /// <summary>Reader: waits until the inbox is half empty, or closed.</summary>
    public void WaitForRoom()
    {
        using (Hold.On(_sync))
        {
            if (!IsFull_NeedsLock)
                return;
            _parked = true;
            while (_parked && !_closed)
                Monitor.Wait(_sync);
            _parked = false;
        }
    }

    /// <summary>Reader: whether no message in the chunk is queued any more, so that it can be filled from the front again.</summary>
    public bool IsUnused(ReceiveChunk chunk)
    {
        using (Hold.On(_sync))
            return chunk.Queued == 0;
    }

    /// <summary>Reader: it will not touch the chunk any more.</summary>
    public void Retire(ReceiveChunk chunk)
    {
        using (Hold.On(_sync))
        {
            chunk.IsRetired = true;
            if (chunk.Queued == 0)
                chunk.Free();
        }
    }

    /// <summary>Takes the next message. Blocks until one comes, the time is up, or the inbox is closed and empty.</summary>
    public TakeResult Take(TimeSpan timeout, CancellationToken cancellationToken, out WebSocketMessage message)
    {
        cancellationToken.ThrowIfCancellationRequested();
        message = default;
        ReceivedMessage next = default;
        CancellationTokenRegistration wake = cancellationToken.Register(static inbox => ((Inbox)inbox!).WakeAll(), this);
        try
        {
            using (Hold.On(_sync))
            {
                TakeResult result = WaitForMessage_NeedsLock(timeout, cancellationToken);
                if (result != TakeResult.Taken)
                    return result;
                message = Dequeue_NeedsLock(out next);
            }
        }
        finally
        {
            Free(wake);
        }
        next.MovePieces(message.Data);
        return TakeResult.Taken;
    }

    /// <summary>Copies the next message into the buffer. When it is too small the message stays, and count tells what it takes.</summary>
    public TakeResult Take(TimeSpan timeout, byte[] buffer, out WebSocketMessageType messageType, out int count)
    {
        messageType = default;
        count = 0;
        ReceivedMessage next;
        using (Hold.On(_sync))
        {
            TakeResult result = WaitForMessage_NeedsLock(timeout, CancellationToken.None);
            if (result != TakeResult.Taken)
                return result;
            next = _messages.First;
            messageType = next.MessageType;
            count = next.Length;
            if (count > buffer.Length)
            {
                WakeNext_NeedsLock();
                return result;
            }
            next.Payload.AsSpan().CopyTo(buffer);
            Drop_NeedsLock();
        }
        next.MovePieces(buffer);
        return TakeResult.Taken;
    }

    /// <summary>Takes the next message; what it lies in stays as it is until <see cref="Return"/>.</summary>
    public TakeResult Borrow(TimeSpan timeout, out ReceivedMessage message)
    {
        message = default;
        using (Hold.On(_sync))
        {
            TakeResult result = WaitForMessage_NeedsLock(timeout, CancellationToken.None);
            if (result != TakeResult.Taken)
                return result;
            message = _messages.First;
            _messages.RemoveFirst();
            // The program's code may wait for the next one.
            Unpark_NeedsLock();
            WakeNext_NeedsLock();
            return result;
        }
    }

    /// <summary>Whoever borrowed it is done with it.</summary>
    public void Return(in ReceivedMessage message)
    {
        using (Hold.On(_sync))
            Release_NeedsLock(message);
        message.FreePieces();
    }

    /// <summary>Nothing more comes: frees whoever waits. What is queued can still be taken.</summary>
    public void Close()
    {
        using (Hold.On(_sync))
        {
            _closed = true;
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>Drops what is queued: nobody will ask for it any more.</summary>
    public void Clear()
    {
        using (Hold.On(_sync))
        {
            while (_messages.Count > 0)
                Drop_NeedsLock();
            if (_taken is not null)
                Skip_NeedsLock(_taken);
        }
    }

    private bool IsFull_NeedsLock => !_closed && _charged >= limit && !IsEmpty_NeedsLock;

    private bool IsEmpty_NeedsLock => _messages.Count == 0 && _taken is not { HasParts: true };

    // How many of the batch it takes to fill the inbox; an empty one takes any message.
    private int Fits_NeedsLock(MessageQueue batch)
    {
        long charged = _charged + ChargeOfChunk(batch);
        if (charged + batch.Charge < limit)
            return batch.Count;
        charged = _charged;
        for (int i = 0; i < batch.Count; i++)
        {
            if (charged >= limit && !(i == 0 && IsEmpty_NeedsLock))
                return i;
            charged += batch[i].Charge + (i == 0 ? ChargeOfChunk(batch) : 0);
        }
        return batch.Count;
    }

    // A chunk is charged for as a whole, as long as anything in it is queued.
    private static long ChargeOfChunk(MessageQueue batch) => batch.InChunk > 0 && batch.Chunk!.Queued == 0 ? batch.Chunk.Data.Length : 0;

    private void Enqueue_NeedsLock(MessageQueue batch, int count)
    {
        (long charge, int inChunk, ReceiveChunk? chunk) = (batch.Charge, batch.InChunk, batch.Chunk);
        long chargeOfChunk = ChargeOfChunk(batch);
        batch.MoveTo(_messages, count);
        _charged += charge - batch.Charge;
        inChunk -= batch.InChunk;
        if (inChunk == 0)
            return;
        _charged += chargeOfChunk;
        chunk!.Queued += inChunk;
    }

    // Pieces are left to be moved without the lock.
    private WebSocketMessage Dequeue_NeedsLock(out ReceivedMessage next)
    {
        WebSocketMessage message;
        next = _messages.First;
        try
        {
            message = next.ToMessage();
        }
        catch
        {
            // No memory: it stays, and whoever waits may have it.
            WakeNext_NeedsLock();
            throw;
        }
        Drop_NeedsLock();
        return message;
    }

    private void Drop_NeedsLock()
    {
        ReceivedMessage message = _messages.First;
        _messages.RemoveFirst();
        Release_NeedsLock(message);
        WakeNext_NeedsLock();
    }

    private void Release_NeedsLock(in ReceivedMessage message)
    {
        _charged -= message.Charge;
        if (message.Chunk is { } chunk && --chunk.Queued == 0)
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
        if (!_parked || !(IsEmpty_NeedsLock || _charged <= limit / 2))
            return;
        _parked = false;
        Monitor.PulseAll(_sync);
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
            Monitor.Wait(_sync, milliseconds);
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
            Monitor.PulseAll(_sync);
        else if (_waiting > 0)
            Monitor.Pulse(_sync);
    }

    // Without the lock: it waits for a cancellation that is under way, and that takes the lock. An interrupt in that wait is put off, since
    // the message that was taken would be lost with it.
    private static void Free(CancellationTokenRegistration registration)
    {
        try
        {
            registration.Dispose();
        }
        catch (ThreadInterruptedException)
        {
            Thread.CurrentThread.Interrupt();
        }
    }

    private void WakeAll()
    {
        using (Hold.On(_sync))
            Monitor.PulseAll(_sync);
    }
}
