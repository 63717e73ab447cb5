using System;
using System.Buffers;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets.Protocol.Frames;

namespace Sync.WebSockets.Connection;

// Messages, in both directions: waits become exceptions here.
internal sealed partial class ClientConnection
{
    public void Send(ReadOnlySpan<byte> payload, Opcode opcode, bool compress = true)
    {
        ThrowIfOnPolicyThread();
        SendWithin(_options.SendTimeout, payload, opcode, compress);
    }

    private void SendWithin(TimeSpan timeout, ReadOnlySpan<byte> payload, Opcode opcode, bool compress)
    {
        TakeResult result = _sender.Send(payload, opcode, timeout, compress);
        if (result != TakeResult.Taken)
            throw NotSent(result);
        _counters.MessageSent(payload.Length);
        _log.FlushSent();
    }

    public void SendBatch(int count, PayloadAt payloadAt, Opcode opcode)
    {
        ThrowIfOnPolicyThread();
        long bytes = 0;
        TakeResult result = _sender.SendBatch(count, Counted, opcode);
        if (result != TakeResult.Taken)
            throw NotSent(result);
        _counters.MessagesSent(count, bytes);
        _log.FlushSent();

        ReadOnlySpan<byte> Counted(int index)
        {
            ReadOnlySpan<byte> payload = payloadAt(index);
            bytes += payload.Length;
            return payload;
        }
    }

    /// <summary>Sends a message that the program's own code writes, in this call.</summary>
    public void Send(Action<MessageWriteStream> write, Opcode opcode, bool compress)
    {
        ThrowIfOnPolicyThread();
        MessageWriteStream stream = new(
            _sender, opcode == Opcode.Text, result => NotSent(result, "what writes the message, or gives it, took too long"));
        TakeResult begun = _sender.Begin(opcode, _options.SendTimeout, compress);
        if (begun != TakeResult.Taken)
            throw NotSent(begun);
        bool inTime;
        try
        {
            stream.Begin(_options.MaxSendFrameSize);
            write(stream);
            stream.Complete();
        }
        catch (Exception e) when (_sender.IsBegun)
        {
            LeaveUnfinished(e);
            throw;
        }
        finally
        {
            stream.Detach();
            inTime = _sender.End();
        }
        if (!inTime)
            throw NotSent(TakeResult.Torn);
        _counters.MessageSent(stream.Written);
        _log.FlushSent();
    }

    private void SendOfPolicy(TimeSpan timeout, ReadOnlySpan<byte> payload, Opcode opcode) => SendWithin(timeout, payload, opcode, compress: true);

    /// <summary>False: the time is up.</summary>
    public bool TryReceive(TimeSpan timeout, CancellationToken cancellationToken, out WebSocketMessage message)
    {
        ThrowIfOnOwnThread();
        cancellationToken.ThrowIfCancellationRequested();
        TakeResult result = _inbox.Take(_reader.ReadIfLent(timeout), cancellationToken, out message);
        return result == TakeResult.Closed ? throw _life.ToException() : result == TakeResult.Taken;
    }

    /// <summary>False: the time is up. A count over the buffer's length: it was too small, and the message stays.</summary>
    public bool TryReceive(TimeSpan timeout, byte[] buffer, out WebSocketMessageType messageType, out int count)
    {
        ThrowIfOnOwnThread();
        if (_reader.TryReadIfLent(ref timeout, buffer, out messageType, out count))
            return true;
        TakeResult result = _inbox.Take(timeout, buffer, out messageType, out count);
        return result == TakeResult.Closed ? throw _life.ToException() : result == TakeResult.Taken;
    }

    /// <summary>False: the time is up. Null: the next message is binary, and stays.</summary>
    public bool TryReceive(TimeSpan timeout, out string? text)
    {
        ThrowIfOnOwnThread();
        TakeResult result = _inbox.Take(_reader.ReadIfLent(timeout), out text);
        return result == TakeResult.Closed ? throw _life.ToException() : result == TakeResult.Taken;
    }

    /// <summary>Null: the time is up.</summary>
    public WebSocketMessageType? TryReceive(TimeSpan timeout, IBufferWriter<byte> destination)
    {
        ThrowIfOnOwnThread();
        TakeResult result = _inbox.Borrow(_reader.ReadIfLent(timeout), out ReceivedMessage message);
        if (result != TakeResult.Taken)
            return result == TakeResult.Closed ? throw _life.ToException() : null;
        try
        {
            message.WriteTo(destination);
        }
        finally
        {
            _inbox.Return(message);
        }
        return message.MessageType;
    }

    /// <summary>Null: the time is up.</summary>
    public StreamedMessage? TryOpen(TimeSpan timeout, CancellationToken cancellationToken)
    {
        ThrowIfOnOwnThread();
        TakeResult result = _inbox.Open(timeout, cancellationToken, out StreamedMessage? message);
        return result == TakeResult.Closed ? throw _life.ToException() : message;
    }

    /// <summary>False: the time is up. An empty part: the message is complete.</summary>
    public bool TryTake(StreamedMessage message, TimeSpan timeout, out ArraySegment<byte> part)
    {
        ThrowIfOnOwnThread();
        TakeResult result = _inbox.Take(message, timeout, out part);
        return result == TakeResult.Closed ? throw _life.ToException() : result == TakeResult.Taken;
    }

    public void Skip(StreamedMessage message) => _inbox.Skip(message);

    private Exception NotSent(TakeResult result) => NotSent(result, "other senders kept the connection busy");

    private Exception NotSent(TakeResult result, string why) => result != TakeResult.TimedOut
        ? _life.ToException(sendOutcomeUnknown: result == TakeResult.Torn)
        : new TimeoutException(FormattableString.Invariant($"Nothing was sent within SendTimeout ({_options.SendTimeout.TotalSeconds:0.###} s): {why}. The connection is still open: send again."));

    // 7.4.1, 1011: a message cannot be taken back, and must not look whole. All of its frames are, so a Close frame may follow.
    private void LeaveUnfinished(Exception exception)
    {
        if (!_life.TryEnd(new Ending(WebSocketCloseCause.Aborted, "What writes a message threw a " + exception.GetType().Name + " when a part of it was sent, so it was closed with 1011.", exception)))
            return;
        _life.MustFinish(_clock.After(TimeSpan.FromSeconds(1)));
        _gate.PostClose(new WebSocketCloseFrame(WebSocketCloseStatus.InternalServerError, null));
        _gate.TryFlush();
    }
}
