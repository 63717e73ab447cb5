using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using FluentAssertions;
using Moq;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Reconnecting;

/// <summary>A reconnecting client over connections of the test's own, on a clock that the test turns. The dice always fall on the middle.</summary>
internal sealed class ReconnectBench : IDisposable
{
    private static readonly Uri Uri = new("ws://example.com/feed");

    private readonly BlockingCollection<Func<IWebSocketClient>> _answers = [];
    private readonly ConcurrentQueue<ReconnectAttempt> _attempts = new();
    private readonly Lazy<ReconnectingWebSocketClient> _client;

    public ReconnectBench()
    {
        _client = new Lazy<ReconnectingWebSocketClient>(() => ReconnectingWebSocketClient.Start(
            Uri, Options, new ClientEnvironment { Clock = new MonotonicClock(Time) }, Dialer.Object, () => 0.5));
        Dialer.Setup(dial => dial(It.IsAny<ReconnectAttempt>(), It.IsAny<CancellationToken>())).Returns<ReconnectAttempt, CancellationToken>(Dial);
    }

    public ManualTime Time { get; } = new();

    public Mock<Func<ReconnectAttempt, CancellationToken, IWebSocketClient>> Dialer { get; } = new();

    public ReconnectingWebSocketClientOptions Options { get; } = new();

    public ReconnectingWebSocketClient Client => _client.Value;

    /// <summary>From here on attempts are made; so they are from the first use of the client.</summary>
    public void Start() => _ = Client;

    /// <summary>The reconnecting thread, once it has dialled.</summary>
    public Thread? Thread { get; private set; }

    /// <summary>The attempts that were made.</summary>
    public IReadOnlyList<ReconnectAttempt> Attempts => [.. _attempts];

    /// <summary>The next attempt succeeds with this connection.</summary>
    public InnerClient Connects()
    {
        InnerClient inner = new();
        _answers.Add(() =>
        {
            inner.IsTaken = true;
            return inner.Object;
        });
        return inner;
    }

    /// <summary>The next attempt fails.</summary>
    public void Fails(Exception failure) => _answers.Add(() => throw failure);

    /// <summary>Waits until the client waits for its next attempt, and turns the clock there.</summary>
    public TimeSpan PassBackoff()
    {
        TimeSpan delay = WaitForBackoff();
        int attempts = Attempts.Count;
        Time.Advance(delay);
        Wait.Until(() => Attempts.Count > attempts, "the next attempt is made");
        return delay;
    }

    public TimeSpan WaitForBackoff()
    {
        Wait.Until(() => Client.GetStatus().State == ReconnectState.Waiting, "the client waits for the next attempt");
        return Client.GetStatus().NextAttemptIn!.Value;
    }

    public void WaitForConnection(int number)
    {
        Wait.Until(() => Client.GetStatus() is { State: ReconnectState.Connected } status && status.Connections == number, $"connection {number} is up");
        Client.State.Should().Be(System.Net.WebSockets.WebSocketState.Open);
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
            Client.Dispose();
        _answers.Dispose();
    }

    private IWebSocketClient Dial(ReconnectAttempt attempt, CancellationToken cancellationToken)
    {
        Thread = Thread.CurrentThread;
        _attempts.Enqueue(attempt);
        return _answers.Take(cancellationToken)();
    }
}
