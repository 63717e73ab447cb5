using System;

namespace Sync.WebSockets.Protocol.Heartbeat;

// When to ping, and when to give the peer up. A pure step: the clock, the facts and the sockets are the caller's.
//
//   dead  <=>  a ping is unanswered, and  now - max(last byte received, that ping's write, last progress towards it) >= timeout
//
// A ping that still waits behind our own data has not been ignored: there its due time stands for its write, and what gets on before
// it is progress. While we do not read ourselves, only a ping that was written and does not even reach the peer's TCP tells of a death.
// Time in which we did not run is not held against the peer: see Patience.

/// <summary>The default heartbeat: a ping every interval, death after a timeout of silence. For one thread at a time.</summary>
internal sealed class PingPongHeartbeat
{
    private long _interval;
    private long _timeout;
    private long _nextPing;
    private long _lastPing;
    private Patience _patience;

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
    }

    /// <summary>Changes the figures of an open connection: the next ping is due one new interval after the last one.</summary>
    public void Change(long interval, long timeout)
    {
        if (interval != _interval)
            _nextPing = After(_lastPing, interval);
        _interval = interval;
        _timeout = timeout;
        _patience.Forget();
    }

    /// <summary>Decides, and says when to ask again at the latest.</summary>
    /// <param name="now">When this step runs.</param>
    /// <param name="late">By how much that is later than it should have run.</param>
    /// <param name="facts">What there is to judge by.</param>
    /// <param name="nextStep">When to ask again.</param>
    public PingPongAction Step(long now, long late, in PingPongFacts facts, out long nextStep)
    {
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
        nextStep = Math.Min(death, _nextPing);
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
        if (facts.OldestUnansweredPing is not { } ping || CannotTell(facts))
        {
            _patience.Forget();
            return long.MaxValue;
        }
        long sign = Math.Max(ping, facts.LastProgress);
        if (!facts.ReadingIsPaused)
            sign = Math.Max(sign, facts.LastReceived);
        return _patience.Deadline(now, late, sign, _timeout);
    }

    private static bool CannotTell(in PingPongFacts facts) =>
        facts.ReadingIsPaused && (facts.PingIsWaiting || facts.PingIsDelivered != false);

    private static long After(long time, long span) => span == long.MaxValue ? long.MaxValue : time + span;
}
