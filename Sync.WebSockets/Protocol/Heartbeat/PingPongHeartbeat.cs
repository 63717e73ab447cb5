using System;

namespace Sync.WebSockets.Protocol.Heartbeat;

// When to ping, and when to give the peer up. A pure step: the clock, the facts and the sockets are the caller's.
//
//   dead  <=>  a ping is unanswered, and  now - max(last byte received, that ping's write, last progress towards it) >= timeout
//
// A ping that still waits behind our own data has not been ignored: there its due time stands for its write, and what gets on before
// it is progress. While we do not read ourselves, only a ping that was written and does not even reach the peer's TCP tells of a death.
// Time in which we did not run is never held against the peer: a step that runs late adds its lateness to the deadline. One that
// would give up although it ran late looks a second time first, after as long again as it was late: whatever kept us from running may
// have kept the peer's bytes from coming. So a late step costs at most twice its lateness.

/// <summary>The default heartbeat: a ping every interval, death after a timeout of silence. Heartbeat thread only.</summary>
internal sealed class PingPongHeartbeat
{
    /// <summary>A step this late (100 ms) means that this process did not run as it should.</summary>
    public const long Late = 1_000_000;

    // The second look comes after a second at the latest: enough for a peer's bytes to reach us after a sleep of any length.
    private const long LongestReprieve = 10_000_000;

    private long _interval;
    private long _timeout;
    private long _nextPing;
    private long _lastPing;
    private long _expected;
    private long _silentSince = long.MinValue;
    private long _excused;
    private bool _reprieved;

    /// <param name="opened">When the connection opened.</param>
    /// <param name="interval">Time between pings; <see cref="long.MaxValue"/>: no heartbeat.</param>
    /// <param name="timeout">Silence that means death; <see cref="long.MaxValue"/>: never.</param>
    /// <param name="phase">0 to 1: spreads the first pings of many connections over a twentieth of the interval.</param>
    public PingPongHeartbeat(long opened, long interval, long timeout, double phase)
    {
        _interval = interval;
        _timeout = timeout;
        _lastPing = opened;
        _nextPing = After(opened, interval == long.MaxValue ? interval : interval - (long)(interval / 20 * phase));
        _expected = _nextPing;
    }

    /// <summary>Changes the figures of an open connection: the next ping is due one new interval after the last one.</summary>
    public void Change(long interval, long timeout)
    {
        if (interval != _interval)
            _nextPing = After(_lastPing, interval);
        _interval = interval;
        _timeout = timeout;
        _reprieved = false;
    }

    /// <summary>Decides, and says when to ask again at the latest.</summary>
    public PingPongAction Step(long now, in PingPongFacts facts, out long nextStep)
    {
        long late = Math.Max(0, now - _expected);
        PingPongAction action = PingPongAction.None;
        long death = long.MaxValue;
        if (_interval != long.MaxValue)
        {
            death = Deadline(now, late, facts);
            if (now >= death)
                action = PingPongAction.GiveUp;
            else if (now >= _nextPing)
                action = Ping(now, facts);
        }
        nextStep = _expected = Math.Min(death, _nextPing);
        return action;
    }

    private PingPongAction Ping(long now, in PingPongFacts facts)
    {
        _lastPing = now;
        // By deadline, so that the interval does not drift; after a long sleep one ping is enough.
        _nextPing = After(_nextPing, _interval);
        if (_nextPing <= now)
            _nextPing = After(now, _interval);
        return facts.PingIsWaiting ? PingPongAction.None : PingPongAction.SendPing;
    }

    private long Deadline(long now, long late, in PingPongFacts facts)
    {
        if (facts.OldestUnansweredPing is not { } ping || _timeout == long.MaxValue || CannotTell(facts))
        {
            _silentSince = long.MinValue;
            return long.MaxValue;
        }
        long sign = Math.Max(ping, facts.LastProgress);
        if (!facts.ReadingIsPaused)
            sign = Math.Max(sign, facts.LastReceived);
        if (sign > _silentSince)
        {
            _silentSince = sign;
            _excused = 0;
            _reprieved = false;
            late = Math.Min(late, Math.Max(0, now - sign));
        }
        _excused += late;
        if (now >= _silentSince + _timeout + _excused && late > Late && !_reprieved)
        {
            _reprieved = true;
            _excused = now - _silentSince - _timeout + Math.Min(late, Math.Min(_timeout, LongestReprieve));
        }
        return _silentSince + _timeout + _excused;
    }

    private static bool CannotTell(in PingPongFacts facts) =>
        facts.ReadingIsPaused && (facts.PingIsWaiting || facts.PingIsDelivered != false);

    private static long After(long time, long span) => span == long.MaxValue ? long.MaxValue : time + span;
}
