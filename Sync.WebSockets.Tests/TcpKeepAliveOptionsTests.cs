using System;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets;

[TestFixture]
internal sealed class TcpKeepAliveOptionsTests
{
    private readonly TcpKeepAliveOptions _options = new();

    [Test]
    public void Defaults_are_those_documented() =>
        (_options.Time, _options.Interval, _options.RetryCount).Should().Be((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10), 5));

    [TestCase(1)]
    [TestCase(32_767)]
    public void Times_that_every_kernel_takes_are_kept(int seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(seconds);
        TcpKeepAliveOptions options = new() { Time = time, Interval = time };

        (options.Time, options.Interval).Should().Be((time, time));
    }

    [TestCase(0)]
    [TestCase(0.999)]
    [TestCase(-1)]
    [TestCase(-0.001)]
    [TestCase(32_767.001)]
    public void Times_that_not_every_kernel_takes_are_refused(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(seconds);

        _options.Invoking(o => o.Time = time).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Time");
        _options.Invoking(o => o.Interval = time).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("Interval");
        Defaults_are_those_documented();
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(128)]
    public void Retries_that_not_every_kernel_takes_are_refused(int count)
    {
        _options.Invoking(o => o.RetryCount = count).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("RetryCount");
        Defaults_are_those_documented();
    }

    [TestCase(1)]
    [TestCase(127)]
    public void Retries_that_every_kernel_takes_are_kept(int count) =>
        new TcpKeepAliveOptions { RetryCount = count }.RetryCount.Should().Be(count);
}
