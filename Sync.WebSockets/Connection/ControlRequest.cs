using System;
using System.Threading;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// Lock: _sync guards its progress; it is a leaf, nothing else is taken under it.

/// <summary>A ping or pong that somebody wants sent, and how far it has come.</summary>
internal sealed class ControlRequest(Opcode opcode, byte[] payload, ulong pingId, long dueAt)
{
    private readonly object _sync = new();
    private long _begunAt;
    private long _writtenAt;
    private long _answeredAt;
    private long _wireEnd;
    private bool _ended;

    public Opcode Opcode { get; } = opcode;

    public byte[] Payload { get; } = payload;

    /// <summary>What the payload of one of our pings stands for; 0 for a pong.</summary>
    public ulong PingId { get; } = pingId;

    /// <summary>When it should have been sent.</summary>
    public long DueAt { get; } = dueAt;

    /// <summary>When its write began; 0 as long as it has not. From then on an answer may come, even before the write returns.</summary>
    public long BegunAt
    {
        get
        {
            using (Hold.On(_sync))
                return _begunAt;
        }
    }

    /// <summary>When it had been written; 0 as long as it has not.</summary>
    public long WrittenAt
    {
        get
        {
            using (Hold.On(_sync))
                return _writtenAt;
        }
    }

    /// <summary>How many bytes had been sent in all when it had been written; 0 as long as it has not.</summary>
    public long WireEnd
    {
        get
        {
            using (Hold.On(_sync))
                return _wireEnd;
        }
    }

    /// <summary>The time from write to pong.</summary>
    public TimeSpan RoundTrip
    {
        get
        {
            using (Hold.On(_sync))
                return TimeSpan.FromTicks(Math.Max(0, _answeredAt - _begunAt));
        }
    }

    public void Begin(long now)
    {
        using (Hold.On(_sync))
            _begunAt = now;
    }

    public void SetWritten(long now, long wireEnd)
    {
        using (Hold.On(_sync))
        {
            _writtenAt = now;
            _wireEnd = wireEnd;
            Monitor.PulseAll(_sync);
        }
    }

    public void SetAnswered(long now)
    {
        using (Hold.On(_sync))
        {
            _answeredAt = now;
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>The connection ended: nothing more will happen to it.</summary>
    public void End()
    {
        using (Hold.On(_sync))
        {
            _ended = true;
            Monitor.PulseAll(_sync);
        }
    }

    public TakeResult WaitUntilWritten(Deadline deadline) => Wait(deadline, forAnswer: false);

    public TakeResult WaitUntilAnswered(Deadline deadline) => Wait(deadline, forAnswer: true);

    private TakeResult Wait(Deadline deadline, bool forAnswer)
    {
        using (Hold.On(_sync))
        {
            while (true)
            {
                if ((forAnswer ? _answeredAt : _writtenAt) != 0)
                    return TakeResult.Taken;
                if (_ended)
                    return TakeResult.Closed;
                int milliseconds = deadline.RemainingMilliseconds;
                if (milliseconds == 0)
                    return TakeResult.TimedOut;
                Monitor.Wait(_sync, milliseconds);
            }
        }
    }
}
