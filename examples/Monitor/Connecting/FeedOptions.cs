using System;
using Sync.WebSockets;

namespace FeedMonitor.Connecting;

/// <summary>What a feed is asked for, and where its latency comes from.</summary>
internal sealed record FeedOptions
{
    /// <summary>Gets what is sent on every connection that comes up; null: nothing.</summary>
    public string? Subscription { get; init; }

    /// <summary>Gets the time between pings that measure the latency; null: there are none.</summary>
    public TimeSpan? PingInterval { get; init; }

    /// <summary>Gets what reads the latency off a message that has just come; null: none says.</summary>
    public Func<WebSocketMessage, TimeSpan>? LatencyOf { get; init; }

    /// <summary>Gets the longest wait after a first loss.</summary>
    public TimeSpan LongestFirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how long a connection has to hold for the waits to be short again.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(10);
}
