using System;
using System.Net.WebSockets;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace Sync.WebSockets.Connection;

// How whole messages are taken: as an array, a string, into a buffer, or borrowed.
//
// Where there is no memory for one it stays, and whoever waits may have it. What was thrown goes on once the lock is let go: exception filters
// are user code, and one that asks the inbox would wait for the reader, which waits for whoever came in quickly.
internal sealed partial class Inbox
{
    /// <summary>Takes the next message. Blocks until one comes, the time is up, or the inbox is closed and empty.</summary>
    public TakeResult Take(TimeSpan timeout, CancellationToken cancellationToken, out WebSocketMessage message)
    {
        cancellationToken.ThrowIfCancellationRequested();
        message = default;
        ReceivedMessage next = default;
        Exception? failure;
        CancellationTokenRegistration wake = cancellationToken.CanBeCanceled ? cancellationToken.Register(static inbox => ((Inbox)inbox!).WakeAll(), this) : default;
        try
        {
            using (EnterToTake())
            {
                TakeResult result = WaitForMessage_NeedsLock(timeout, cancellationToken);
                if (result != TakeResult.Taken)
                    return result;
                next = _messages.First;
                message = Dequeue_NeedsLock(next, out failure);
            }
        }
        finally
        {
            Free(wake);
        }
        Rethrow(failure);
        next.MovePieces(message.Data);
        return TakeResult.Taken;
    }

    /// <summary>Copies the next message into the buffer. When it is too small the message stays, and count tells what it takes.</summary>
    public TakeResult Take(TimeSpan timeout, byte[] buffer, out WebSocketMessageType messageType, out int count)
    {
        messageType = default;
        count = 0;
        ReceivedMessage next;
        using (EnterToTake())
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
            Drop_NeedsLock(next);
        }
        next.MovePieces(buffer);
        return TakeResult.Taken;
    }

    /// <summary>Takes the next message as a string, without an array in between. Null: it is binary, and stays.</summary>
    public TakeResult Take(TimeSpan timeout, out string? text)
    {
        text = null;
        WebSocketMessage message = default;
        ReceivedMessage next;
        Exception? failure;
        using (EnterToTake())
        {
            TakeResult result = WaitForMessage_NeedsLock(timeout, CancellationToken.None);
            if (result != TakeResult.Taken)
                return result;
            next = _messages.First;
            if (next.MessageType != WebSocketMessageType.Text)
            {
                WakeNext_NeedsLock();
                return result;
            }
            if (next.Chunk is not null)
                text = DequeueText_NeedsLock(next, out failure);
            else
                message = Dequeue_NeedsLock(next, out failure);
        }
        Rethrow(failure);
        if (text is null)
        {
            next.MovePieces(message.Data);
            text = message.Text;
        }
        return TakeResult.Taken;
    }

    /// <summary>Takes the next message; what it lies in stays as it is until <see cref="Return"/>.</summary>
    public TakeResult Borrow(TimeSpan timeout, out ReceivedMessage message)
    {
        message = default;
        using (EnterToTake())
        {
            TakeResult result = WaitForMessage_NeedsLock(timeout, CancellationToken.None);
            if (result != TakeResult.Taken)
                return result;
            message = _messages.First;
            _charged += message.Charge;
            // The program's code may wait for the next one.
            if (_messages.RemoveFirst(message))
                Unpark_NeedsLock();
            else
                message.Chunk!.InUse++;
            WakeNext_NeedsLock();
            return result;
        }
    }

    /// <summary>Whoever borrowed it is done with it.</summary>
    public void Return(in ReceivedMessage message)
    {
        using (_lock.Enter())
        {
            _charged -= message.Charge;
            Release_NeedsLock(message.Chunk);
        }
        message.FreePieces();
    }

    // What is looked at, inside, is all that could make a receiver wait, or wake others, or throw. While a row lasts nothing is freed that a
    // reader could wait for.
    private InboxLock.Scope EnterToTake()
    {
        if (!_lock.TryEnterQuickly(out InboxLock.Scope quick))
            return _lock.Enter();
        bool isEnough = false;
        try
        {
            isEnough = (_parked ? _messages.FirstRow > 1 : _messages.FirstRow > 0) && _taken is null && _waiting == 0 && _wantingStream == 0;
        }
        finally
        {
            if (!isEnough)
                quick.Dispose();
        }
        return isEnough ? quick : _lock.Enter();
    }

    // Pieces are left to be moved without the lock.
    private WebSocketMessage Dequeue_NeedsLock(in ReceivedMessage next, out Exception? failure)
    {
        failure = null;
        WebSocketMessage message;
        try
        {
            message = next.ToMessage();
        }
        catch (Exception e)
        {
            WakeNext_NeedsLock();
            failure = e;
            return default;
        }
        Drop_NeedsLock(next);
        return message;
    }

    private string? DequeueText_NeedsLock(in ReceivedMessage next, out Exception? failure)
    {
        failure = null;
        string text;
        try
        {
            text = next.ToText();
        }
        catch (Exception e)
        {
            WakeNext_NeedsLock();
            failure = e;
            return null;
        }
        Drop_NeedsLock(next);
        return text;
    }

    private static void Rethrow(Exception? failure)
    {
        if (failure is not null)
            ExceptionDispatchInfo.Capture(failure).Throw();
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
}
