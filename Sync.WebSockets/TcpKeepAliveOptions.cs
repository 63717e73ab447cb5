using System;

namespace Sync.WebSockets;

/// <summary>
/// TCP's own keepalive (RFC 9293 section 3.8.4): probes of the kernel on a silent connection. The heartbeat makes it unnecessary in most
/// programs; it helps where the heartbeat is off, and against middleboxes that only count TCP segments.
/// </summary>
public sealed class TcpKeepAliveOptions
{
    private TimeSpan _time = TimeSpan.FromSeconds(60);
    private TimeSpan _interval = TimeSpan.FromSeconds(10);
    private int _retryCount = 5;

    /// <summary>Gets or sets the silence before the first probe. Whole seconds; default 60 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 s or over 32,767 s.</exception>
    public TimeSpan Time
    {
        get => _time;
        set => _time = Check(value, nameof(Time));
    }

    /// <summary>Gets or sets the time between probes without answer. Whole seconds; default 10 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 s or over 32,767 s.</exception>
    public TimeSpan Interval
    {
        get => _interval;
        set => _interval = Check(value, nameof(Interval));
    }

    /// <summary>
    /// Gets or sets how many probes may stay without answer before the kernel ends the connection. Default 5; .NET Framework and Mono have
    /// no such setting and keep the operating system's.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not between 1 and 127.</exception>
    public int RetryCount
    {
        get => _retryCount;
        set => _retryCount = value is >= 1 and <= 127 ? value : throw new ArgumentOutOfRangeException(nameof(RetryCount), value, "RetryCount must lie between 1 and 127.");
    }

    internal TcpKeepAliveOptions Copy() => new() { _time = _time, _interval = _interval, _retryCount = _retryCount };

    private static TimeSpan Check(TimeSpan value, string name) =>
        value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromSeconds(short.MaxValue)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, name + " must lie between 1 s and 32,767 s.");
}
