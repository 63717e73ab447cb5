using System;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets;

public sealed class WebSocketClientPoolOptionsTests
{
    private readonly WebSocketClientPoolOptions _options = new();

    [Test]
    public void Defaults_are_the_documented_ones() => new WebSocketClientPoolOptions().Should().BeEquivalentTo(new
    {
        MaxSize = 8,
        MinIdle = 0,
        IdleLifetime = TimeSpan.FromMinutes(1),
        HealthCheckAfter = TimeSpan.FromSeconds(10),
        HealthCheckTimeout = TimeSpan.FromSeconds(2),
    });

    [Test]
    public void What_is_not_legal_throws_where_it_is_set()
    {
        Action[] sets =
        [
            () => _options.MaxSize = 0,
            () => _options.MinIdle = -1,
            () => _options.IdleLifetime = TimeSpan.Zero,
            () => _options.IdleLifetime = TimeSpan.FromSeconds(-1),
            () => _options.HealthCheckAfter = TimeSpan.FromSeconds(-1),
            () => _options.HealthCheckTimeout = TimeSpan.Zero,
        ];

        sets.Should().AllSatisfy(set => set.Should().Throw<ArgumentOutOfRangeException>());
        _options.Invoking(o => o.ClientOptions = null!).Should().Throw<ArgumentNullException>();
    }

    [Test]
    public void What_is_legal_is_kept_and_copied()
    {
        WebSocketClientPoolOptions options = new()
        {
            ClientOptions = new WebSocketClientOptions { Origin = "https://example.com" },
            MaxSize = 3,
            MinIdle = 3,
            IdleLifetime = Timeout.InfiniteTimeSpan,
            HealthCheckAfter = TimeSpan.Zero,
            HealthCheckTimeout = Timeout.InfiniteTimeSpan,
        };

        WebSocketClientPoolOptions copy = options.Freeze();

        copy.Should().NotBeSameAs(options).And.BeEquivalentTo(options);
        copy.ClientOptions.Should().NotBeSameAs(options.ClientOptions);
    }

    [Test]
    public void MinIdle_over_MaxSize_is_refused_as_a_whole()
    {
        WebSocketClientPoolOptions options = new() { MinIdle = 9 };

        options.Invoking(o => o.Freeze()).Should().Throw<ArgumentException>().WithMessage("MinIdle (9) must not be over MaxSize (8)*");
    }
}
