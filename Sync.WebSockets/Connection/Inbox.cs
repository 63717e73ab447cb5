using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Between the reader and the callers of Receive: a queue bounded by the bytes that it holds in memory.
//
// Lock: _sync guards every field, and the counts of the chunks in the queue. A small payload is copied out under it (at most 16 KiB),
// so that a chunk is never reused under a receiver's eyes; nothing else takes time there, and no user code runs under it.
//
// Waiting: receivers wait on the semaphore, whose own short spin is the cheapest wake-up there is; only the reader waits on _sync.
// The reader wakes one receiver per delivery, and whoever leaves a non-empty queue wakes the next. _permits counts the wake-ups that
// were released and not consumed yet, so that no more are released than there are receivers; a receiver that leaves without
// consuming its own (a timeout at the same moment) leaves it to the next one, who looks, finds nothing and waits again.
// A receiver that is interrupted (Thread.Interrupt) at the moment that the semaphore wakes it stays counted there as about to wake, and
// the semaphore then wakes one too few, until a wait runs out. So no wait is endless: each looks again after LongestWait.

/// <summary>Received messages that wait for the application.</summary>
internal sealed class Inbox(int limit)
{
    private const int LongestWait = 5000;

    private readonly object _sync = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly Queue<ReceivedMessage> _messages = new();
    private long _charged;
    private int _waiting;
    private int _permits;
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

    /// <summary>
    /// Reader: queues messages from the front of the batch, waking at most one receiver for all of them. False: the inbox is full;
    /// what did not fit stays in the batch. Once the inbox is closed everything is dropped.
    /// </summary>
    public bool TryDeliver(Queue<ReceivedMessage> batch)
    {
        int wake;
        using (Hold.On(_sync))
        {
            while (batch.Count > 0 && !IsFull_NeedsLock)
                Enqueue_NeedsLock(batch.Dequeue());
            wake = TakePermits_NeedsLock(1);
        }
        Release(wake);
        return batch.Count == 0;
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
    public TakeResult Take(Deadline deadline, CancellationToken cancellationToken, out WebSocketMessage message)
    {
        message = default;
        TakeResult result = EnterWithMessage(deadline, cancellationToken);
        if (result != TakeResult.Taken)
            return result;
        int wake;
        try
        {
            message = _messages.Peek().ToMessage();
            wake = Dequeue_NeedsLock();
        }
        finally
        {
            Monitor.Exit(_sync);
        }
        Release(wake);
        return result;
    }

    /// <summary>Copies the next message into the buffer. When it is too small the message stays, and count tells what it takes.</summary>
    public TakeResult Take(Deadline deadline, byte[] buffer, out WebSocketMessageType messageType, out int count)
    {
        messageType = default;
        count = 0;
        TakeResult result = EnterWithMessage(deadline, CancellationToken.None);
        if (result != TakeResult.Taken)
            return result;
        int wake;
        ReceivedMessage next;
        try
        {
            next = _messages.Peek();
            messageType = next.MessageType;
            count = next.Payload.Count;
            bool fits = count <= buffer.Length;
            if (fits && next.Chunk is not null)
                next.Payload.AsSpan().CopyTo(buffer);
            wake = fits ? Dequeue_NeedsLock() : TakePermits_NeedsLock(1);
        }
        finally
        {
            Monitor.Exit(_sync);
        }
        Release(wake);
        // A large one has an array of its own, so it can be copied without keeping the others out.
        if (count <= buffer.Length && next.Chunk is null)
            next.Payload.AsSpan().CopyTo(buffer);
        return result;
    }

    /// <summary>Nothing more comes: frees whoever waits. What is queued can still be taken.</summary>
    public void Close()
    {
        int wake;
        using (Hold.On(_sync))
        {
            _closed = true;
            wake = TakePermits_NeedsLock(int.MaxValue);
            Monitor.PulseAll(_sync);
        }
        Release(wake);
    }

    /// <summary>Drops what is queued: nobody will ask for it any more.</summary>
    public void Clear()
    {
        int wake = 0;
        using (Hold.On(_sync))
        {
            while (_messages.Count > 0)
                wake += Dequeue_NeedsLock();
        }
        Release(wake);
    }

    // What a receiver waits for.
    private bool HasNews_NeedsLock => _messages.Count > 0 || _closed;

    private bool IsFull_NeedsLock => !_closed && _messages.Count > 0 && _charged >= limit;

    private void Enqueue_NeedsLock(in ReceivedMessage message)
    {
        if (_closed)
            return;
        _messages.Enqueue(message);
        _charged += message.Charge;
        if (message.Chunk is { } chunk && chunk.Queued++ == 0)
            _charged += chunk.Data.Length;
    }

    // Returns how many receivers to wake.
    private int Dequeue_NeedsLock()
    {
        ReceivedMessage message = _messages.Dequeue();
        _charged -= message.Charge;
        if (message.Chunk is { } chunk && --chunk.Queued == 0)
        {
            _charged -= chunk.Data.Length;
            if (chunk.IsRetired)
                chunk.Free();
        }
        // Half empty before reading goes on, so that reader and receiver do not wake each other for every message.
        if (_parked && (_messages.Count == 0 || _charged <= limit / 2))
        {
            _parked = false;
            Monitor.PulseAll(_sync);
        }
        return _messages.Count > 0 ? TakePermits_NeedsLock(1) : 0;
    }

    // When it returns Taken, there is a message and _sync is held.
    private TakeResult EnterWithMessage(Deadline deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            Hold.Enter(_sync);
            if (_messages.Count > 0)
                return TakeResult.Taken;
            bool closed = _closed;
            if (!closed)
                _waiting++;
            Monitor.Exit(_sync);
            if (closed)
                return TakeResult.Closed;
            if (!WaitForArrival(deadline, cancellationToken) && deadline.HasPassed)
                return TakeResult.TimedOut;
        }
    }

    // False: nothing came for as long as it waited. The queue is looked at once more after it, so that what came at the last moment is
    // not missed.
    private bool WaitForArrival(Deadline deadline, CancellationToken cancellationToken)
    {
        bool woken = false;
        bool finished = false;
        try
        {
            int left = deadline.RemainingMilliseconds;
            woken = _arrivals.Wait(left is < 0 or > LongestWait ? LongestWait : left, cancellationToken);
            finished = true;
        }
        finally
        {
            int wake = 0;
            using (Hold.On(_sync))
            {
                _waiting--;
                if (woken)
                    _permits--;
                // Interrupted or cancelled: the wake-up meant for this receiver may have been lost with it.
                else if (!finished && HasNews_NeedsLock && _waiting > 0)
                    wake = 1;
                _permits += wake;
                woken |= finished && HasNews_NeedsLock;
            }
            Release(wake);
        }
        return woken;
    }

    private int TakePermits_NeedsLock(int most)
    {
        if (!HasNews_NeedsLock)
            return 0;
        int permits = Math.Min(most, Math.Max(0, _waiting - _permits));
        _permits += permits;
        return permits;
    }

    private void Release(int permits)
    {
        bool interrupted = false;
        while (permits > 0)
        {
            try
            {
                _arrivals.Release(permits);
                break;
            }
            catch (ThreadInterruptedException)
            {
                // From the semaphore's own lock, before anything was released.
                interrupted = true;
            }
        }
        if (interrupted)
            Thread.CurrentThread.Interrupt();
    }
}
