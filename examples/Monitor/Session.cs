using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using FeedMonitor.Connecting;
using FeedMonitor.Drawing;
using FeedMonitor.Measuring;

namespace FeedMonitor;

/// <summary>One run: connects, measures and draws, until the time is up, the user has had enough, or the server refuses for good.</summary>
internal static class Session
{
    // For percentiles that mean something.
    private const int PingsInWindow = 60;

    private static readonly TimeSpan Stretch = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentException">The URL is not one of a WebSocket.</exception>
    /// <exception cref="Sync.WebSockets.WebSocketClosedException">The server refused for good.</exception>
    /// <exception cref="IOException">The picture cannot be written.</exception>
    public static void Run(CommandLine call, CancellationToken ctrlC)
    {
        if (call.SvgFile is not null)
            using (File.OpenWrite(call.SvgFile)) // Now, not after hours.
            {
            }

        TimeProvider time = TimeProvider.System;
        using FeedServer? server = call.Uri is null ? new FeedServer(time) : null;
        server?.Start();
        Uri uri = call.Uri ?? server!.Uri;
        TimeSpan window = call.Uri is not null && call.Interval * PingsInWindow > ShortestWindow ? call.Interval * PingsInWindow : ShortestWindow;
        Measurements measurements = new(time, window);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(ctrlC);
        using Feed feed = new(uri, OptionsOf(call, time), measurements, stop.Cancel);
        feed.Start();
        if (call.Length is { } length)
            stop.CancelAfter(length);

        string title = Printable.Address(uri);
        IView view = LiveView.IsPossible ? new LiveView(title) : new PlainView(Console.Out, title);
        view.Show(Frames(feed, measurements, time, stop.Token));

        if (call.SvgFile is not null)
            using (StreamWriter file = new(call.SvgFile)) // UTF-8 without a byte order mark.
                SvgChart.Of(measurements.ToHistory(), title).Save(file);
        if (feed.Failure is { } failure)
            throw failure;
    }

    private static FeedOptions OptionsOf(CommandLine call, TimeProvider time)
    {
        FeedOptions common = new() { Subscription = call.Subscription };
        return call.Uri is not null
            ? common with { PingInterval = call.Interval }
            : common with
            {
                LatencyOf = message =>
                {
                    long received = time.GetTimestamp(); // Reading the message is not part of its way.
                    return time.GetElapsedTime(Tick.FromJson(message.Data).Sent, received);
                },
                // It is our own server, which drops connections for show: no need to spare it.
                LongestFirstWait = TimeSpan.FromMilliseconds(500),
                StableAfter = TimeSpan.FromMilliseconds(500),
            };
    }

    // One for each stretch, and one more for what came in the last.
    private static IEnumerable<Frame> Frames(Feed feed, Measurements measurements, TimeProvider time, CancellationToken stop)
    {
        bool stopped;
        do
        {
            stopped = stop.WaitHandle.WaitOne(Stretch);
            yield return new Frame(measurements.Step(), feed.Status, time.GetLocalNow(), stopped);
        }
        while (!stopped);
    }
}
