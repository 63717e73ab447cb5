using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Pooling;

/// <summary>What the program forgets to dispose.</summary>
[TestFixture]
[NonParallelizable]
public sealed class LostLeaseTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Test]
    public void Lease_that_is_lost_gives_its_place_back_and_its_connection_is_cut()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClientPool pool = new(server.Uri, new WebSocketClientPoolOptions { MaxSize = 4 });
        // On a thread whose stack goes with it: Mono looks for references in all that stacks hold.
        Run.InBackground(() => Lose(pool, 4)).Join(Soon);

        BackgroundRun renter = Run.InBackground(() => pool.Rent(Soon).Dispose());

        WaitForCollection(() => pool.GetStatistics().Abandoned == 4, "all four leases were collected");
        renter.Join(Soon);
        pool.GetStatistics().Should().BeEquivalentTo(new WebSocketClientPoolStatistics { Open = 1, Idle = 1, Created = 5, Abandoned = 4 });
    }

    [Test]
    public void Lease_is_not_lost_while_somebody_holds_its_client()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClientPool pool = new(server.Uri);
        IWebSocketClient client = ClientOf(pool);

        for (int i = 0; i < 20; i++)
            Collect();

        client.Send("still");
        client.Receive(Soon).Text.Should().Be("still");
        pool.GetStatistics().Leased.Should().Be(1);
        GC.KeepAlive(client);
    }

    [Test]
    public void Lease_is_not_lost_while_a_call_on_its_client_blocks()
    {
        using ManualResetEventSlim release = new();
        using ScriptedServer server = new(connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(release);
            connection.SendText("at last");
            connection.WaitForDisconnect();
        });
        using WebSocketClientPool pool = new(server.Uri, new WebSocketClientPoolOptions { ClientOptions = TestClient.Options() });
        BackgroundRun receiver = Run.InBackground(() => ClientOf(pool).Receive(Soon).Text.Should().Be("at last"));
        Wait.Until(() => pool.GetStatistics().Leased == 1, "it is lent");

        for (int i = 0; i < 50; i++)
            Collect();

        release.Set();
        receiver.Join(Soon);
    }

    [Test]
    public void Pool_that_is_lost_with_idle_connections_is_taken_down_with_its_thread()
    {
        List<WeakReference> pools = [];
        using ScriptedServer server = TestServer.Echo();
        Run.InBackground(() => LosePools(server, pools, 5)).Join(Soon);

        WaitForCollection(() => pools.TrueForAll(pool => !pool.IsAlive), "the pools were collected");
        WaitForCollection(() => (Resources.LibraryThreads ?? 0) == 0, "their connections and threads have ended");
        server.Join();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Lose(WebSocketClientPool pool, int leases)
    {
        for (int i = 0; i < leases; i++)
            pool.Rent(Soon).Client.Send("lost");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IWebSocketClient ClientOf(WebSocketClientPool pool) => pool.Rent(Soon).Client;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LosePools(ScriptedServer server, List<WeakReference> pools, int count)
    {
        for (int i = 0; i < count; i++)
        {
            WebSocketClientPool pool = new(server.Uri, new WebSocketClientPoolOptions { MinIdle = 2 });
            Wait.Until(() => pool.GetStatistics().Idle == 2, "two are connected ahead");
            pools.Add(new WeakReference(pool));
        }
    }

    private static void WaitForCollection(Func<bool> fact, string what) => Wait.Until(
        () =>
        {
            Collect();
            return fact();
        },
        what,
        Soon);

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
