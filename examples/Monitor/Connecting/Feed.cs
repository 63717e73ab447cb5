using System;
using System.Threading;
using FeedMonitor.Measuring;
using Sync.WebSockets;

namespace FeedMonitor.Connecting;

// Two threads besides the client's own: one receives, one pings. Both go on across drops, since the client does. All that they find out goes to
// the measurements; nobody here knows how it is drawn.

/// <summary>A connection, again and again, that is measured.</summary>
/// <param name="uri">Where to.</param>
/// <param name="options">What was asked for.</param>
/// <param name="measurements">Where the figures go.</param>
/// <param name="ended">Called when the client gave up; <see cref="Failure"/> says why.</param>
internal sealed class Feed(Uri uri, FeedOptions options, Measurements measurements, Action ended) : IDisposable
{
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _closing = new();
    private ReconnectingWebSocketClient? _client;
    private Thread? _receiver;
    private volatile Exception? _failure;

    /// <summary>Why there will be no other connection; null: there will, or the program has closed.</summary>
    public Exception? Failure => _failure;

    public ReconnectStatus Status => _client!.GetStatus();

    /// <summary>Does not block: the first connection is made in the background, too.</summary>
    public void Start()
    {
        _client = ReconnectingWebSocketClient.Start(uri, ClientOptions());
        _receiver = StartThread(Receive, "receiving");
        if (options.PingInterval is not null)
            StartThread(Ping, "pinging");
    }

    public void Dispose()
    {
        _closing.Set();
        if (_client is null)
            return;
        _client.Close();
        _receiver?.Join(LongestGoodbye);
        _client.Dispose();
    }

    private static Thread StartThread(ThreadStart run, string name)
    {
        Thread thread = new(run) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }

    private ReconnectingWebSocketClientOptions ClientOptions() => new()
    {
        ClientOptions = new WebSocketClientOptions
        {
            // A monitor shall notice a dead server sooner than after the default of 40 s.
            PingInterval = TimeSpan.FromSeconds(5),
            PingTimeout = TimeSpan.FromSeconds(5),
            CloseTimeout = LongestGoodbye,
        },
        InitialDelay = options.LongestFirstWait,
        StableAfter = options.StableAfter,
        Connected = (connection, _) =>
        {
            if (options.Subscription is { } text)
                connection.Send(text);
        },
        Disconnected = failure => measurements.Lost(LossReason.Of(failure), failure.Message),
    };

    private void Receive()
    {
        try
        {
            while (true)
            {
                WebSocketMessage message = _client!.Receive();
                measurements.Received(message.Data.Length);
                if (options.LatencyOf?.Invoke(message) is { } latency)
                    measurements.Measured(latency);
            }
        }
        catch (Exception e)
        {
            // The client is over, since Receive goes on across lost connections. When it is not us who ended it, the program has to know.
            if (_closing.IsSet)
                return;
            _failure = e;
            ended();
        }
    }

    private void Ping()
    {
        TimeSpan interval = options.PingInterval!.Value;
        while (!_closing.Wait(interval))
        {
            try
            {
                // Else it would wait for the next connection.
                if (Status.State == ReconnectState.Connected)
                    measurements.Measured(_client!.Ping(TimeSpan.FromSeconds(5)));
            }
            catch (TimeoutException)
            {
                // No figure then. Whether the server is dead is for the heartbeat to say.
            }
            catch (Exception e) when (e is WebSocketClosedException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
