namespace Benchmarks.Cases;

/// <summary>What is done over and over, and timed.</summary>
internal enum Measure
{
    /// <summary>A message there and back.</summary>
    RoundTrip,

    /// <summary>Messages from a server that sends as fast as it can.</summary>
    Receive,

    /// <summary>Messages to a server that reads as fast as it can.</summary>
    Send,

    /// <summary>A connection, opened and closed.</summary>
    Connect,
}
