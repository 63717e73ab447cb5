using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Threading;

namespace Sync.WebSockets.Connection;

/// <summary>The meter "Sync.WebSockets": sums over all connections of the process. Costs next to nothing while nobody listens.</summary>
internal static class ClientMetrics
{
    private static readonly Meter Meter = new("Sync.WebSockets");

    private static readonly UpDownCounter<long> Open = Meter.CreateUpDownCounter<long>(
        "sync.websockets.connections.open", "{connection}", "Connections that are open.");

    private static readonly Counter<long> Failed = Meter.CreateCounter<long>(
        "sync.websockets.connects.failed", "{attempt}", "Attempts to connect that failed, by stage.");

    private static readonly Counter<long> Ended = Meter.CreateCounter<long>(
        "sync.websockets.connections.closed", "{connection}", "Connections that ended, by cause.");

    private static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "sync.websockets.messages.sent", "{message}", "Messages sent.");

    private static readonly Counter<long> Received = Meter.CreateCounter<long>(
        "sync.websockets.messages.received", "{message}", "Messages received.");

    private static readonly Counter<long> BytesSent = Meter.CreateCounter<long>(
        "sync.websockets.payload.sent", "By", "Payload bytes of the messages sent.");

    private static readonly Counter<long> BytesReceived = Meter.CreateCounter<long>(
        "sync.websockets.payload.received", "By", "Payload bytes of the messages received.");

    private static readonly Histogram<double> RoundTrips = Meter.CreateHistogram<double>(
        "sync.websockets.ping.duration", "s", "Time from a ping to its pong.");

    public static void Opened() => Add(Open, 1);

    public static void ConnectFailed(WebSocketConnectStage stage) => Add(Failed, "stage", stage.ToString());

    public static void Closed(WebSocketCloseCause cause)
    {
        Add(Open, -1);
        Add(Ended, "cause", cause.ToString());
    }

    public static void MessagesSent(int messages, long payloadLength)
    {
        Add(Sent, messages);
        Add(BytesSent, payloadLength);
    }

    public static void MessagesReceived(int messages, long payloadLength)
    {
        Add(Received, messages);
        Add(BytesReceived, payloadLength);
    }

    public static void RoundTrip(TimeSpan time)
    {
        try
        {
            RoundTrips.Record(time.TotalSeconds);
        }
        catch (Exception e)
        {
            Drop(e);
        }
    }

    // Whether anybody listens is asked first, so that the rest costs only those who want it. A listener is user code, and what it throws
    // must not end a connection.
    private static void Add(Counter<long> counter, long delta)
    {
        if (!counter.Enabled)
            return;
        try
        {
            counter.Add(delta);
        }
        catch (Exception e)
        {
            Drop(e);
        }
    }

    private static void Add(Counter<long> counter, string tag, string value)
    {
        try
        {
            counter.Add(1, new KeyValuePair<string, object?>(tag, value));
        }
        catch (Exception e)
        {
            Drop(e);
        }
    }

    private static void Add(UpDownCounter<long> counter, long delta)
    {
        try
        {
            counter.Add(delta);
        }
        catch (Exception e)
        {
            Drop(e);
        }
    }

    // An interrupt is meant for the program's thread, which may be here in the reader's place.
    private static void Drop(Exception thrown)
    {
        if (thrown is ThreadInterruptedException)
            Thread.CurrentThread.Interrupt();
    }
}
