using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Pooling;

[TestFixture]
[NonParallelizable]
internal sealed class PoolOverServerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [TestCase(false)]
    [TestCase(true)]
    public void One_connection_serves_many_leases(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using (WebSocketClientPool pool = New(server, o => o.HealthCheckAfter = TimeSpan.Zero))
        {
            for (int i = 0; i < 50; i++)
            {
                using WebSocketClientLease lease = pool.Rent(Soon);
                Ask(lease, "question " + i);
            }
            pool.GetStatistics().Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Idle = 1, Created = 1, Reused = 49 });
        }

        server.Join();
        server.Connections.Should().Be(1);
        Resources.WaitForLibraryThreads();
    }

    [TestCase(16, 50)]
    [TestCase(64, 20)]
    public void Nobody_gets_another_renters_answer_whatever_breaks(int threads, int rents)
    {
        int seed = Guid.NewGuid().GetHashCode() & 0xffffff;
        TestContext.Out.WriteLine($"seed {seed}");
        int failures = 0;
        using ScriptedServer server = new(EchoUnlessGone);
        using (WebSocketClientPool pool = New(server, o => (o.MaxSize, o.MinIdle, o.HealthCheckAfter) = (8, 2, TimeSpan.FromMilliseconds(1))))
        {
            Run.Together(
                Enumerable.Range(0, threads).Select<int, Action>(thread => () =>
                {
                    Random random = new(seed + (thread * 7919));
                    for (int i = 0; i < rents; i++)
                    {
                        using WebSocketClientLease lease = pool.Rent(TimeSpan.FromMinutes(1));
                        if (!TryUse(lease, FormattableString.Invariant($"renter {thread}, question {i}"), random))
                            Interlocked.Increment(ref failures);
                    }
                }),
                TimeSpan.FromMinutes(2));

            WebSocketClientPoolStatistics end = pool.GetStatistics();
            TestContext.Out.WriteLine($"{end.Created} created, {end.Reused} reused, {end.Dropped} dropped");
            failures.Should().Be(0);
            end.Leased.Should().Be(0);
            end.Waiting.Should().Be(0);
            (end.Timeouts + end.ConnectFailures + end.Abandoned).Should().Be(0);
        }
        server.Join();
        Resources.WaitForLibraryThreads();
    }

    [Test]
    public void Connection_with_half_an_answer_is_not_left_to_the_next_renter()
    {
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade();
            connection.ReadMessage();
            connection.SendFrame(Op.Text, [(byte)'h'], fin: false);
            // The pong comes behind the half, so when it is there, the half is, too.
            connection.SendPong(connection.ReadFrame()!.Payload);
            connection.WaitForDisconnect();
        });
        using WebSocketClientPool pool = New(server);
        using (WebSocketClientLease lease = pool.Rent(Soon))
        {
            lease.Client.Send("question");
            lease.Client.Ping(Soon);
        }

        pool.GetStatistics().Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Created = 1, Dropped = 1 });
    }

    [Test]
    public void Connection_with_an_answer_that_nobody_has_received_is_not_left_to_the_next_renter()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClientPool pool = New(server);
        using (WebSocketClientLease lease = pool.Rent(Soon))
        {
            lease.Client.Send("question");
            lease.Client.Ping(Soon);
        }

        pool.GetStatistics().Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Created = 1, Dropped = 1 });
    }

    [Test]
    public void Connection_that_the_server_has_closed_while_it_was_idle_is_not_lent()
    {
        using ManualResetEventSlim go = new();
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(go);
            connection.SendClose();
            connection.WaitForDisconnect();
        });
        using WebSocketClientPool pool = New(server);
        IWebSocketClient first = RentAndReturn(pool);
        go.Set();
        server.Join();

        using WebSocketClientLease lease = pool.Rent(Soon);

        pool.GetStatistics().Created.Should().Be(2);
        first.State.Should().Be(WebSocketState.Closed);
    }

    [Test]
    public void Dead_server_is_found_out_before_its_connection_is_lent()
    {
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        using WebSocketClientPool pool = New(server, o => (o.HealthCheckAfter, o.HealthCheckTimeout) = (TimeSpan.Zero, TimeSpan.FromMilliseconds(100)));
        RentAndReturn(pool);

        TimeSpan elapsed = Elapsed.Of(() => pool.Rent(Soon).Dispose());

        elapsed.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(90));
        pool.GetStatistics().Should().Match<WebSocketClientPoolStatistics>(s => s.Created == 2 && s.Dropped == 1);
    }

    [Test]
    public void Rent_ends_in_its_time_when_the_server_does_not_answer()
    {
        using ScriptedServer mute = new(connection => connection.WaitForDisconnect());
        using WebSocketClientPool pool = New(mute);

        TimeSpan elapsed = Elapsed.Of(() => pool.Invoking(p => p.Rent(TimeSpan.FromMilliseconds(300))).Should().Throw<TimeoutException>()
            .WithInnerException<WebSocketConnectException>());

        elapsed.Should().BeBelow(TimeSpan.FromSeconds(2));
        pool.GetStatistics().Should().BeEquivalentTo(new WebSocketClientPoolStatistics { ConnectFailures = 1, Timeouts = 1 });
    }

    [Test]
    public void Refusal_is_the_renters_to_see()
    {
        using ScriptedServer server = new(connection =>
        {
            connection.ReadRequest();
            connection.Refuse("403");
        });
        using WebSocketClientPool pool = New(server);

        TestClient.FailureOf(() => pool.Rent(Soon)).Response!.StatusCode.Should().Be(403);
    }

    [Test]
    public void Dispose_closes_idle_connections_to_a_server_that_does_not_answer_all_at_once()
    {
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade();
            connection.WaitForDisconnect();
        });
        WebSocketClientPool pool = New(server);
        WebSocketClientLease[] leases = [.. Enumerable.Range(0, 8).Select(_ => pool.Rent(Soon))];
        Array.ForEach(leases, lease => lease.Dispose());

        // CloseTimeout is one second.
        Elapsed.Of(pool.Dispose).Should().BeBelow(TimeSpan.FromSeconds(3));

        server.Join();
        Resources.WaitForLibraryThreads();
    }

    [Test]
    public void Returning_and_discarding_do_not_wait_and_no_more_connections_close_at_once_than_the_pool_is_large()
    {
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade();
            connection.WaitForDisconnect();
        });
        using WebSocketClientPool pool = New(server, o =>
        {
            o.MaxSize = 2;
            o.ClientOptions.CloseTimeout = TimeSpan.FromMinutes(5);
        });

        for (int i = 0; i < 10; i++)
            pool.Rent(Soon).Discard();

        Wait.Until(() => Resources.LibraryThreads is not > 4, "two connections, the heartbeat and the pool have a thread, the others were cut");
        pool.GetStatistics().Dropped.Should().Be(10);
    }

    [Test]
    public void URI_and_options_are_checked_when_the_pool_is_made()
    {
        FluentActions.Invoking(() => new WebSocketClientPool((string)null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new WebSocketClientPool((Uri)null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new WebSocketClientPool("nowhere")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new WebSocketClientPool("http://localhost")).Should().Throw<ArgumentException>();
        WebSocketClientPoolOptions options = new() { ClientOptions = new WebSocketClientOptions { RequireSubProtocol = true } };
        FluentActions.Invoking(() => new WebSocketClientPool("ws://localhost", options)).Should().Throw<ArgumentException>();
    }

    // A pool that keeps connections ready may be at one when it is disposed of.
    private static void EchoUnlessGone(ServerConnection connection)
    {
        try
        {
            connection.Upgrade();
        }
        catch (Exception e) when (ServerStream.IsLoss(e) && !ServerStream.IsTimeout(e))
        {
            return;
        }
        connection.EchoUntilClosed();
    }

    private static WebSocketClientPool New(ScriptedServer server, Action<WebSocketClientPoolOptions>? configure = null)
    {
        WebSocketClientPoolOptions options = new() { ClientOptions = TestClient.Options() };
        configure?.Invoke(options);
        return new WebSocketClientPool(server.Uri, options);
    }

    private static IWebSocketClient RentAndReturn(WebSocketClientPool pool)
    {
        using WebSocketClientLease lease = pool.Rent(Soon);
        return lease.Client;
    }

    private static void Ask(WebSocketClientLease lease, string question)
    {
        lease.Client.Send(question);
        lease.Client.Receive(Soon).Text.Should().Be(question);
    }

    // False: what came was not the answer. A renter that does not wait for it says so, or is found out.
    private static bool TryUse(WebSocketClientLease lease, string question, Random random)
    {
        IWebSocketClient client = lease.Client;
        client.Send(question);
        switch (random.Next(20))
        {
            case 0:
                client.Abort();
                return true;
            case 1:
                lease.Discard();
                return true;
            case 2:
                return !client.TryReceive(TimeSpan.FromTicks(1), out WebSocketMessage early) || early.Text == question;
            case 3:
                client.Close();
                return true;
            default:
                return client.Receive(Soon).Text == question;
        }
    }
}
