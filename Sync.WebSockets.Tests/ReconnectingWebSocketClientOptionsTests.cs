using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets;

public sealed class ReconnectingWebSocketClientOptionsTests
{
    private static readonly TimeSpan TooLong = TimeSpan.FromMilliseconds(int.MaxValue + 1L);
    private static readonly TimeSpan Negative = TimeSpan.FromTicks(-1);

    private readonly ReconnectingWebSocketClientOptions _options = new();

    [Test]
    public void Defaults_are_those_of_the_documentation()
    {
        ReconnectingWebSocketClientOptions fresh = new();

        fresh.InitialDelay.Should().Be(TimeSpan.FromSeconds(1));
        fresh.DelayFactor.Should().Be(2);
        fresh.MaxDelay.Should().Be(TimeSpan.FromSeconds(30));
        fresh.MaxRetryAfter.Should().Be(TimeSpan.FromMinutes(5));
        fresh.StableAfter.Should().Be(TimeSpan.FromSeconds(10));
        fresh.ConnectionWaitTimeout.Should().Be(TimeSpan.FromSeconds(30));
        fresh.ShouldRetry.Should().Be((Func<Exception, bool>)ReconnectingWebSocketClientOptions.IsTransient);
        fresh.ClientOptions.Should().NotBeNull();
        (fresh.Connecting is null && fresh.Connected is null && fresh.Disconnected is null).Should().BeTrue();
    }

    [Test]
    public void Delay_must_be_finite()
    {
        Action<TimeSpan>[] setters =
        [
            value => _options.InitialDelay = value, value => _options.MaxDelay = value,
            value => _options.MaxRetryAfter = value, value => _options.StableAfter = value,
        ];
        foreach (Action<TimeSpan> set in setters)
        {
            foreach (TimeSpan wrong in new[] { Timeout.InfiniteTimeSpan, Negative, TooLong })
                set.Invoking(s => s(wrong)).Should().Throw<ArgumentOutOfRangeException>();
            set.Invoking(s => s(TimeSpan.Zero)).Should().NotThrow();
        }
    }

    [Test]
    public void Wait_for_a_connection_may_be_endless()
    {
        _options.ConnectionWaitTimeout = Timeout.InfiniteTimeSpan;

        _options.Invoking(o => o.ConnectionWaitTimeout = Negative).Should().Throw<ArgumentOutOfRangeException>();
        _options.Invoking(o => o.ConnectionWaitTimeout = TooLong).Should().Throw<ArgumentOutOfRangeException>();
        _options.ConnectionWaitTimeout.Should().Be(Timeout.InfiniteTimeSpan);
    }

    [TestCase(0.99)]
    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void Factor_must_not_shrink_the_waits(double factor) =>
        _options.Invoking(o => o.DelayFactor = factor).Should().Throw<ArgumentOutOfRangeException>();

    [Test]
    public void What_has_to_be_there_cannot_be_null()
    {
        _options.Invoking(o => o.ClientOptions = null!).Should().Throw<ArgumentNullException>();
        _options.Invoking(o => o.ShouldRetry = null!).Should().Throw<ArgumentNullException>();
    }

    [Test]
    public void Copy_is_not_touched_by_later_changes()
    {
        _options.ClientOptions.Headers.Add("X-One", "1");
        ReconnectingWebSocketClientOptions copy = _options.Freeze();

        _options.InitialDelay = TimeSpan.FromHours(1);
        _options.ClientOptions.Headers.Add("X-Two", "2");

        copy.InitialDelay.Should().Be(TimeSpan.FromSeconds(1));
        copy.ClientOptions.Headers.Should().ContainSingle();
    }

    [Test]
    public void Wrong_client_options_are_refused_at_the_start()
    {
        _options.ClientOptions.RequireSubProtocol = true;

        _options.Invoking(o => ReconnectingWebSocketClient.Start("ws://example.com/", o)).Should().Throw<ArgumentException>().WithMessage("*SubProtocols*");
    }

    [Test]
    public void Attempt_cannot_go_nowhere()
    {
        ReconnectAttempt attempt = new(new Uri("ws://example.com/"), new WebSocketClientOptions(), 1, null, null, CancellationToken.None);

        attempt.Invoking(a => a.Uri = null!).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new ReconnectAttempt(null!, attempt.Options, 1, null, null, CancellationToken.None)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new ReconnectAttempt(attempt.Uri, null!, 1, null, null, CancellationToken.None)).Should().Throw<ArgumentNullException>();
    }
}
