using System;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Reconnecting;

/// <summary>When attempts are made, and when no more. The dice of the bench fall on the middle: half of the ceiling.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(Waiting.Scope)]
public sealed class ReconnectingAttemptTests : IDisposable
{
    private readonly ReconnectBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Test]
    public void Waits_grow_with_every_failure_up_to_the_longest()
    {
        _bench.Options.MaxDelay = TimeSpan.FromSeconds(6);
        for (int i = 0; i < 5; i++)
            _bench.Fails(new IOException("no route " + i));

        Enumerable.Range(0, 5).Select(_ => _bench.PassBackoff().TotalSeconds).Should().Equal(0.5, 1, 2, 3, 3);

        _bench.Attempts.Select(a => a.Number).Should().Equal(1, 2, 3, 4, 5, 6);
        _bench.Attempts.Select(a => a.LastFailure?.Message).Should().Equal(null, "no route 0", "no route 1", "no route 2", "no route 3", "no route 4");
    }

    [Test]
    public void Nothing_is_dialled_before_the_wait_is_over()
    {
        _bench.Fails(new IOException("no route"));
        TimeSpan delay = _bench.WaitForBackoff();

        _bench.Time.Advance(delay - TimeSpan.FromTicks(1));

        Wait.Out(TimeSpan.FromMilliseconds(50));
        _bench.Attempts.Should().ContainSingle();
        _bench.Client.GetStatus().NextAttemptIn.Should().Be(TimeSpan.FromTicks(1));
    }

    [Test]
    public void Connection_that_held_long_enough_lets_the_waits_begin_anew()
    {
        _bench.Fails(new IOException("no route"));
        InnerClient inner = _bench.Connects();
        _bench.PassBackoff().Should().Be(TimeSpan.FromSeconds(0.5));
        _bench.WaitForConnection(1);
        _bench.Time.Advance(_bench.Options.StableAfter);

        inner.End();

        _bench.WaitForBackoff().Should().Be(TimeSpan.FromSeconds(0.5));
    }

    [Test]
    public void Connection_that_is_dropped_at_once_does_not()
    {
        _bench.Fails(new IOException("no route"));
        InnerClient inner = _bench.Connects();
        _bench.PassBackoff();
        _bench.WaitForConnection(1);

        inner.End();

        _bench.WaitForBackoff().Should().Be(TimeSpan.FromSeconds(1));
    }

    [Test]
    public void Retry_After_is_waited_out_first()
    {
        _bench.Fails(Refused(503, "120"));

        _bench.WaitForBackoff().Should().Be(TimeSpan.FromSeconds(120.5));
    }

    [Test]
    public void Retry_After_is_bounded()
    {
        _bench.Options.MaxRetryAfter = TimeSpan.FromSeconds(10);
        _bench.Fails(Refused(503, "999999"));

        _bench.WaitForBackoff().Should().Be(TimeSpan.FromSeconds(10.5));
    }

    [TestCase(401)]
    [TestCase(403)]
    [TestCase(404)]
    [Category("R16")]
    public void Refusal_of_this_client_is_never_retried(int status)
    {
        _bench.Fails(Refused(status, null));

        _bench.Client.WaitForClose(TimeSpan.FromSeconds(10)).Should().BeTrue();

        WebSocketClosedException end = TestClient.EndOf(() => _bench.Client.Send("hello"));
        end.Cause.Should().Be(WebSocketCloseCause.ReconnectFailed);
        end.InnerException.Should().BeOfType<WebSocketConnectException>().Which.Response!.StatusCode.Should().Be(status);
        end.Message.Should().Be("No other attempt is made after this failure: refused");
        _bench.Attempts.Should().ContainSingle();
        _bench.Client.State.Should().Be(WebSocketState.Closed);
    }

    [Test]
    public void Program_decides_what_is_final()
    {
        _bench.Options.ShouldRetry = failure => failure is WebSocketConnectException { Response.StatusCode: 401 };
        _bench.Fails(Refused(401, null));
        _bench.Fails(new IOException("no route"));
        _bench.PassBackoff();

        _bench.Client.WaitForClose(TimeSpan.FromSeconds(10)).Should().BeTrue();

        TestClient.EndOf(() => _bench.Client.Receive()).InnerException.Should().BeOfType<IOException>();
        _bench.Client.GetStatus().LastFailure.Should().BeOfType<IOException>();
    }

    [Test]
    public void Policy_that_throws_ends_the_client_with_what_it_threw()
    {
        _bench.Options.ShouldRetry = _ => throw new NotSupportedException("undecided");
        _bench.Fails(new IOException("no route"));

        _bench.Client.WaitForClose(TimeSpan.FromSeconds(10)).Should().BeTrue();

        TestClient.EndOf(() => _bench.Client.Receive()).InnerException.Should().BeOfType<NotSupportedException>();
    }

    [Test]
    public void Thousands_of_failures_are_flat_in_memory_and_stack()
    {
        const int Failures = 5_000;
        _bench.Options.InitialDelay = _bench.Options.MaxDelay = TimeSpan.Zero;
        for (int i = 0; i < Failures; i++)
            _bench.Fails(new IOException("no route"));

        InnerClient inner = _bench.Connects();
        _bench.WaitForConnection(1);

        _bench.Attempts.Should().HaveCount(Failures + 1);
        inner.IsEnded.Should().BeFalse();
    }

    [Test]
    public void Status_tells_how_it_does()
    {
        _bench.Fails(new IOException("no route"));
        InnerClient inner = _bench.Connects();
        _bench.WaitForBackoff();

        _bench.Client.State.Should().Be(WebSocketState.Connecting);
        _bench.Client.CloseStatus.Should().BeNull();
        _bench.Client.GetStatus().Should().BeEquivalentTo(
            new { State = ReconnectState.Waiting, Attempt = 1, Connections = 0, NextAttemptIn = TimeSpan.FromSeconds(0.5) });

        _bench.PassBackoff();
        _bench.WaitForConnection(1);
        ReconnectStatus up = _bench.Client.GetStatus();
        up.Should().BeEquivalentTo(new { State = ReconnectState.Connected, Attempt = 0, Connections = 1 });
        up.NextAttemptIn.Should().BeNull();
        up.LastFailure!.Message.Should().Be("no route");

        inner.End();
        _bench.WaitForBackoff();
        _bench.Client.GetStatus().LastFailure.Should().BeOfType<WebSocketClosedException>();
    }

    private static WebSocketConnectException Refused(int status, string? retryAfter)
    {
        WebSocketHeaders headers = new();
        if (retryAfter is not null)
            headers.Add("Retry-After", retryAfter);
        return new WebSocketConnectException("refused", WebSocketConnectStage.Handshake, null, new WebSocketHandshakeResponse(status, "No", headers), null);
    }
}
