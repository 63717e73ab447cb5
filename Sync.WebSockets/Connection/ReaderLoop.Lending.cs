using System;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// A receiver that reads waits for bytes on the socket, for a moment at a time, and never in a read: so its timeout, a cancellation, an interrupt
// and the end of the connection reach it as they do elsewhere. What it delivers goes into the inbox like everything else, and it takes
// its own from there. It never waits for room in the inbox, which it would have to make itself: the inbox was empty when it began, and is
// overfilled by what one read brings, at most. What it comes upon that ends reading, it leaves to the reader.
//
// Only without compression, where one read may bring a thousand times its length; and without a trace, which is the program's code. And not on
// .NET Framework, where a thread may be aborted at any instruction.
internal sealed partial class ReaderLoop
{
    private static readonly bool ThreadsMayBeAborted = Environment.Version.Major <= LastFramework;

    // What is not there by then is not worth keeping a receiver's thread on the socket for.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    // Of a stretch of reading, so that whoever cancels or interrupts the receiver meanwhile need not wait longer.
    private static readonly TimeSpan LongestStretch = TimeSpan.FromMilliseconds(50);

    private const int LastFramework = 4;

    // More than a few at once that are small, in bytes on average, are better read by one thread, and received by another. To carry longer ones from
    // core to core takes more than to read them does.
    private const int Few = 4;
    private const int Small = 256;

    private readonly bool _canLend;
    private long _readBefore;   // When the last bytes but one came.
    private int _delivered;     // Since the last read.
    private long _deliveredBytes;
    private bool _isBorrowed;   // By a receiver.
    private bool _isOver;       // A receiver has decoded, or failed to read, the last there is.
    private bool _isHeldUp;     // By a message that is too big as a whole: the reader asks what becomes of it.
    private Exception? _failure;
    private (WebSocketMessageType MessageType, int Count)? _handedOver;

    /// <summary>Any thread: it reads at this moment, in the reader's place.</summary>
    public bool IsReadByThisThread => _inbox.Turn.IsBorrowed;

    /// <summary>Any thread: receivers read, in the reader's place, or may.</summary>
    public bool IsLent => _inbox.Turn.IsLent;

    /// <summary>Any thread: nobody reads, while something is there to be read.</summary>
    public bool IsLeftUnread
    {
        get
        {
            ReadingTurn turn = _inbox.Turn;
            if (!turn.TryBorrow())
                return false;
            try
            {
                // Over TLS much may come that is nothing to be read.
                long until = _clock.After(Moment);
                return !_isOver && !_link.IsKilled && (_link.AwaitBytes(TimeSpan.Zero, until) || _link.Wire.LastRead >= until);
            }
            finally
            {
                turn.Return(hasRead: false);
            }
        }
    }

    /// <summary>
    /// A receiver, before it waits: if the reader has lent its turn, reads until a message is there, nothing comes for a moment, or the time is up.
    /// </summary>
    /// <returns>What is left of the time.</returns>
    public TimeSpan ReadIfLent(TimeSpan timeout)
    {
        if (IsForReceivers)
            ReadLent(ref timeout, destination: null);
        return timeout;
    }

    /// <summary>The same; and a long message that fits into the destination is read right into it, and never gets into the inbox.</summary>
    /// <returns>It was.</returns>
    public bool TryReadIfLent(ref TimeSpan timeout, byte[] destination, out WebSocketMessageType messageType, out int count)
    {
        messageType = default;
        count = 0;
        if (!IsForReceivers || ReadLent(ref timeout, destination) is not { } message)
            return false;
        (messageType, count) = message;
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (WebSocketMessageType MessageType, int Count)? ReadLent(ref TimeSpan timeout, byte[]? destination)
    {
        ReadingTurn turn = _inbox.Turn;
        if (!turn.TryBorrow())
            return null;
        bool hasRead = false;
        bool isReaderWanted = true;
        try
        {
            _handedOver = null;
            hasRead = _inbox.IsIdle && !_isOver;
            if (hasRead)
                timeout = ReadFor(timeout, destination);
            isReaderWanted = _isOver || _isHeldUp || (hasRead && (!HasSome || HasManySmall));
            return _handedOver;
        }
        finally
        {
            turn.Return(hasRead, callReader: isReaderWanted);
        }
    }

    // Nothing is locked to see that there is something to be taken.
    private bool IsForReceivers => _inbox.Turn.IsFree && _inbox.SeemsEmpty;

    private bool HasSome => _delivered > 0 || _handedOver is not null;

    private bool HasManySmall => _delivered > Few && _deliveredBytes < (long)Small * _delivered;

    // Turn holder.
    private TimeSpan ReadFor(TimeSpan timeout, byte[]? destination)
    {
        long begun = _clock.Now;
        bool isBounded = timeout != Timeout.InfiniteTimeSpan;
        TimeSpan moment = isBounded && timeout < Moment ? timeout : Moment;
        long until = begun + Math.Min(LongestStretch.Ticks, MonotonicClock.Ticks(timeout));
        _isBorrowed = true;
        Forget();
        try
        {
            _decoder.Destination = destination;
            while (!HasSome && !_isOver && !_isHeldUp && !_decoder.HandsOutParts && _link.AwaitBytes(moment, until))
            {
                _isOver = !Read() || !DecodeAll();
                if (_link.Wire.LastRead >= until)
                    break;
            }
            if (_decoder.Evict())
                PublishUnfinished();
        }
        catch (Exception e)
        {
            _failure = e;
            _isOver = true;
        }
        _isBorrowed = false;
        if (!isBounded)
            return timeout;
        long now = HasSome ? _link.Wire.LastRead : _clock.Now;
        return TimeSpan.FromTicks(Math.Max(0, timeout.Ticks - Math.Max(0, now - begun)));
    }

    // What was delivered up to now.
    private void Forget() => (_delivered, _deliveredBytes) = (0, 0);

    // A message is complete in the memory of the receiver that reads. False: it is not the one that it has to get next.
    private bool TryHandOver(ref ArraySegment<byte> payload)
    {
        _decoder.Destination = null;
        if (_batch.Count > 0 || _delivered > 0)
        {
            payload = new ArraySegment<byte>(payload.AsSpan().ToArray());
            return false;
        }
        Count();
        _handedOver = (_decoder.MessageType, _decoder.PayloadLength);
        return true;
    }

    // False: nothing more is to be decoded.
    private bool LendIfAwaited()
    {
        if (!_canLend || _delivered == 0 || HasManySmall || !_inbox.WasAwaited || _link.Wire.LastRead - _readBefore > Moment.Ticks)
            return true;
        _inbox.Turn.Lend(_inbox);
        if (_failure is not null)
            ExceptionDispatchInfo.Capture(_failure).Throw();
        return !_isOver;
    }

    // What held a receiver up is decoded again before more is read.
    private bool GoesOnHeldUp()
    {
        bool isHeldUp = _isHeldUp;
        _isHeldUp = false;
        return isHeldUp;
    }

    private static bool CanLend(Link link) => link.CanAwaitBytes && !ThreadsMayBeAborted;
}
