using System;

namespace Sync.WebSockets.Protocol.Heartbeat;

/// <summary>A message every interval; given up when nothing came for the timeout after one.</summary>
internal sealed class MessagePolicy(TimeSpan interval, TimeSpan timeout, Func<WebSocketMessage> message) : HeartbeatPolicy
{
    // A step this late means that this process did not run as it should, and what came meanwhile may still be unread.
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(100);

    private TimeSpan _last;
    private TimeSpan _expected;

    // When the oldest message was sent that nothing has come after; null: something has.
    private TimeSpan? _asked;

    public override HeartbeatAction Step(WebSocketHealth health)
    {
        TimeSpan now = health.Age;
        // Activity also tells of the end of a pause, after which the server's bytes have yet to be read.
        TimeSpan silence = health.SinceLastReceived < health.SinceLastActivity ? health.SinceLastReceived : health.SinceLastActivity;
        if (now - silence >= _asked)
            _asked = null;
        // Neither a pause of our own nor time in which we did not run is held against the server: its time begins afresh.
        if (_asked is not null && (health.ReadingIsPaused || now > _expected + Late))
            _asked = now;

        if (now >= _asked + timeout)
            return HeartbeatAction.Fail(FormattableString.Invariant($"Nothing came for {timeout.TotalSeconds:0.###} s after a heartbeat message."));
        if (now < _last + interval)
            return HeartbeatAction.Wait(UntilNext(now));
        // By deadline, so that the interval does not drift; after a long sleep one message is enough.
        _last = now < _last + interval + interval ? _last + interval : now;
        _asked ??= now;
        return HeartbeatAction.Send(message(), UntilNext(now));
    }

    private TimeSpan UntilNext(TimeSpan now)
    {
        TimeSpan next = _last + interval;
        _expected = _asked is { } asked && asked + timeout < next ? asked + timeout : next;
        return _expected - now;
    }
}
