namespace Sync.WebSockets.Protocol.Heartbeat;

/// <summary>What the heartbeat judges by. All times are monotonic, in ticks of 100 ns.</summary>
/// <param name="LastReceived">When the last byte came, or reading was taken up again after a pause of our own.</param>
/// <param name="OldestUnansweredPing">When the oldest unanswered ping was written, or became due while it waits to be written; null: all are answered.</param>
/// <param name="LastProgress">When bytes that stand before that ping's end, or the ping itself, last got on; 0 for never.</param>
/// <param name="PingIsWaiting">That ping still waits for its turn on the wire.</param>
/// <param name="PingIsDelivered">Whether the peer's TCP has that ping, so that only the peer itself can be slow; null: nobody can tell.</param>
/// <param name="ReadingIsPaused">We do not read, because the application does not: the peer's silence is our own doing.</param>
internal readonly record struct PingPongFacts(
    long LastReceived, long? OldestUnansweredPing, long LastProgress, bool PingIsWaiting, bool? PingIsDelivered, bool ReadingIsPaused);
