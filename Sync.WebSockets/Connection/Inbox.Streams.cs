using System;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Protocol.Messages;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Messages that are taken in parts. The lock is that of the inbox.
internal sealed partial class Inbox
{
    /// <summary>
    /// Reader, after it has delivered what came before: a message has begun, and this much of it is there. True: a receiver takes it in parts,
    /// and has got the first bytes (<paramref name="handed"/>) already.
    /// </summary>
    public bool Publish(WebSocketMessageType messageType, PayloadSeen content, out int handed)
    {
        using (_lock.Enter())
        {
            _open ??= new StreamedMessage(messageType);
            handed = _open.TakeHanded();
            if (_open.IsAttached)
                return true;
            _open.Seen = content;
            if (_wantingStream > 0)
                _lock.PulseAll();
            return false;
        }
    }

    /// <summary>
    /// Reader: the message that was published is too big as a whole. Waits until a receiver takes it in parts (true), or looks for it as a
    /// whole (false). True as well when the inbox is closed: then it is taken and skipped.
    /// </summary>
    public bool WaitForTaker()
    {
        using (_lock.Enter())
        {
            StreamedMessage open = _open!;
            open.AwaitsTaker = true;
            _lock.PulseAll();
            while (!_closed && !open.IsAttached && !open.IsRefused)
                _lock.Wait();
            if (_closed && !open.IsAttached)
            {
                open.Attach();
                open.Skip();
            }
            return open.IsAttached;
        }
    }

    /// <summary>
    /// Reader: the message that was published is complete. True: it is, or was, taken in parts, and this was the last one, or all that
    /// there was when it was taken and more.
    /// </summary>
    public bool TryComplete(in ReceivedMessage message)
    {
        using (_lock.Enter())
        {
            StreamedMessage open = _open!;
            long before = open.Charged;
            _open = null;
            if (!open.IsAttached)
                return false;
            // Parts that came after the end of the connection were dropped, so it would look whole with a hole in it.
            if (!_closed && !open.IsSkipped)
            {
                open.Add(message, open.TakeHanded());
                open.IsComplete = true;
                _charged += open.Charged - before;
                _lock.PulseAll();
            }
            return true;
        }
    }

    /// <summary>Reader: the next part. False: the inbox is full.</summary>
    public bool TryDeliver(ArraySegment<byte> part, bool evenIfFull = false)
    {
        using (_lock.Enter())
        {
            if (IsFull_NeedsLock && !evenIfFull)
                return false;
            if (!_closed && !_open!.IsSkipped && part.Count > 0)
            {
                long before = _open.Charged;
                _open.Add(part);
                _charged += _open.Charged - before;
                _lock.PulseAll();
            }
            return true;
        }
    }

    /// <summary>Takes the next message in parts, once it has begun. Blocks as the others do.</summary>
    public TakeResult Open(TimeSpan timeout, CancellationToken cancellationToken, out StreamedMessage? message)
    {
        cancellationToken.ThrowIfCancellationRequested();
        message = null;
        CancellationTokenRegistration wake = cancellationToken.Register(static inbox => ((Inbox)inbox!).WakeAll(), this);
        try
        {
            using (_lock.Enter())
            {
                TakeResult result = WaitForMessage_NeedsLock(timeout, cancellationToken, orItsBeginning: true);
                if (result == TakeResult.Taken)
                    message = Open_NeedsLock();
                return result;
            }
        }
        finally
        {
            Free(wake);
        }
    }

    /// <summary>Takes the next part. Closed: the connection ended before the message was complete. An empty part: it was complete.</summary>
    /// <exception cref="ObjectDisposedException">It is skipped.</exception>
    public TakeResult Take(StreamedMessage message, TimeSpan timeout, out ArraySegment<byte> part)
    {
        part = new ArraySegment<byte>([]);
        using (_lock.Enter())
        {
            Deadline deadline = message.HasParts ? default : Deadline.After(clock, timeout);
            while (!message.HasParts)
            {
                if (message.IsComplete || _closed)
                {
                    LetGo_NeedsLock(message);
                    return message.IsComplete ? TakeResult.Taken : TakeResult.Closed;
                }
                if (message.IsSkipped)
                    throw new ObjectDisposedException(nameof(WebSocketMessageStream));
                int milliseconds = deadline.RemainingMilliseconds;
                if (milliseconds == 0)
                    return TakeResult.TimedOut;
                Turn.CallReader();
                _lock.Wait(milliseconds);
            }
            long before = message.Charged;
            part = message.Take();
            _charged += message.Charged - before;
            Unpark_NeedsLock();
            return TakeResult.Taken;
        }
    }

    /// <summary>Nobody wants the rest of the message.</summary>
    public void Skip(StreamedMessage message)
    {
        using (_lock.Enter())
            Skip_NeedsLock(message);
    }

    private StreamedMessage Open_NeedsLock()
    {
        StreamedMessage message;
        try
        {
            message = _messages.Count == 0 ? _open! : WholeAsStream(_messages.First);
            message.Attach();
        }
        catch
        {
            // No memory: it stays, and whoever waits may have it.
            WakeNext_NeedsLock();
            throw;
        }
        if (_messages.Count > 0)
            Drop_NeedsLock(_messages.First);
        _charged += message.Charged;
        _taken = message;
        // The reader may be waiting for this.
        _lock.PulseAll();
        return message;
    }

    // Its memory is given away with the parts, and a chunk is not to be given away.
    private static StreamedMessage WholeAsStream(in ReceivedMessage message)
    {
        StreamedMessage stream = new(message.MessageType) { IsComplete = true };
        stream.Add(message.Chunk is null ? message : new ReceivedMessage(message.MessageType, new ArraySegment<byte>(message.ToMessage().Data), Chunk: null), 0);
        return stream;
    }

    private void Skip_NeedsLock(StreamedMessage message)
    {
        _charged -= message.Charged;
        message.Skip();
        LetGo_NeedsLock(message);
        Unpark_NeedsLock();
    }

    // Now others may receive.
    private void LetGo_NeedsLock(StreamedMessage message)
    {
        if (_taken == message)
            _taken = null;
        _lock.PulseAll();
    }

    // Somebody looks for a whole message: if the reader waits to know what becomes of one that is too big for that, it does now.
    private void Refuse_NeedsLock()
    {
        if (_open is not { AwaitsTaker: true, IsAttached: false, IsRefused: false })
            return;
        _open.IsRefused = true;
        _lock.PulseAll();
    }

    private void ThrowIfOneIsTaken_NeedsLock()
    {
        if (_taken is not null)
            throw new InvalidOperationException("A message is being received as a stream: read it to its end or dispose it before the next one is received.");
    }
}
