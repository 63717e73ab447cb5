using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;

namespace Benchmarks.Scale;

/// <summary>Listens to the library's meter for the round trips of pings.</summary>
internal sealed class PingTimes : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentBag<double> _seconds = [];

    public PingTimes()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "sync.websockets.ping.duration")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => _seconds.Add(seconds));
        _listener.Start();
    }

    public IReadOnlyCollection<double> Seconds => _seconds;

    public void Dispose() => _listener.Dispose();
}
