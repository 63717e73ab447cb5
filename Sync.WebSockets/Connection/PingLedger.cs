using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

// 5.5.2, 5.5.3: which of our pings are still without a pong. Their payload is a number that rises with every ping from a random
// start, so a pong answers its own ping and, as pongs may be skipped, all earlier ones; only its own one gives a round trip.
//
// Of the heartbeat's unanswered pings only the oldest one's time counts, and once it is answered the time of the next one no longer
// matters: it was written before this pong came, and the pong is the later sign of life.
//
// Lock: _sync guards every field. Requests are completed outside of it.

/// <summary>Our unanswered pings. Any thread.</summary>
internal sealed class PingLedger(ulong firstId)
{
    // A peer that streams and never answers must not make this grow.
    private const int MostRemembered = 32;

    private readonly object _sync = new();
    private readonly List<ControlRequest> _heartbeat = [];
    private readonly List<ControlRequest> _users = [];
    private ulong _count;
    private long _latency = -1;
    private bool _ended;

    /// <summary>The last round trip measured; null until the first pong.</summary>
    public TimeSpan? Latency
    {
        get
        {
            using (Hold.On(_sync))
                return _latency < 0 ? null : TimeSpan.FromTicks(_latency);
        }
    }

    /// <summary>How many pings of the heartbeat have no pong yet, as far as they are remembered.</summary>
    public int UnansweredOfHeartbeat
    {
        get
        {
            using (Hold.On(_sync))
                return _heartbeat.Count;
        }
    }

    /// <summary>The heartbeat's oldest ping without a pong.</summary>
    public ControlRequest? OldestOfHeartbeat
    {
        get
        {
            using (Hold.On(_sync))
                return _heartbeat.Count == 0 ? null : _heartbeat[0];
        }
    }

    public ControlRequest NewHeartbeatPing(long dueAt)
    {
        using (Hold.On(_sync))
        {
            ControlRequest ping = NewPing_NeedsLock(dueAt);
            if (_heartbeat.Count == MostRemembered)
                _heartbeat.RemoveAt(1);
            _heartbeat.Add(ping);
            return ping;
        }
    }

    public ControlRequest NewUserPing(long dueAt)
    {
        using (Hold.On(_sync))
        {
            ControlRequest ping = NewPing_NeedsLock(dueAt);
            if (_ended)
                ping.End();
            else
                _users.Add(ping);
            return ping;
        }
    }

    /// <summary>Its caller waits no longer.</summary>
    public void Forget(ControlRequest ping)
    {
        using (Hold.On(_sync))
            _users.Remove(ping);
    }

    /// <summary>A pong came; returns the round trip if it is one. One that answers none of our pings is no mistake (5.5.3), and counts for nothing.</summary>
    public TimeSpan? Answer(ReadOnlySpan<byte> payload, long now)
    {
        if (payload.Length != sizeof(ulong))
            return null;
        ulong id = BinaryPrimitives.ReadUInt64BigEndian(payload);
        List<ControlRequest>? answered = null;
        ControlRequest? measured;
        using (Hold.On(_sync))
        {
            // Numbers wrap around, so they are compared by distance.
            if (id - firstId >= _count)
                return null;
            Take_NeedsLock(_heartbeat, id, ref answered);
            Take_NeedsLock(_users, id, ref answered);
            measured = answered?.Find(ping => ping.PingId == id);
            if (measured is not null)
                _latency = Math.Max(0, now - measured.BegunAt);
        }
        answered?.ForEach(ping => ping.SetAnswered(now));
        return measured?.RoundTrip;
    }

    /// <summary>The connection ended: frees whoever waits for a pong.</summary>
    public void End()
    {
        List<ControlRequest> left;
        using (Hold.On(_sync))
        {
            _ended = true;
            left = [.. _users];
            _users.Clear();
            _heartbeat.Clear();
        }
        left.ForEach(ping => ping.End());
    }

    private ControlRequest NewPing_NeedsLock(long dueAt)
    {
        byte[] payload = new byte[sizeof(ulong)];
        ulong id = firstId + _count++;
        BinaryPrimitives.WriteUInt64BigEndian(payload, id);
        return new ControlRequest(Opcode.Ping, payload, id, dueAt);
    }

    // A ping that has not been written yet was not answered, whatever the pong says.
    private void Take_NeedsLock(List<ControlRequest> pings, ulong upTo, ref List<ControlRequest>? answered)
    {
        for (int i = 0; i < pings.Count;)
        {
            if (pings[i].PingId - firstId > upTo - firstId || pings[i].BegunAt == 0)
            {
                i++;
                continue;
            }
            (answered ??= []).Add(pings[i]);
            pings.RemoveAt(i);
        }
    }
}
