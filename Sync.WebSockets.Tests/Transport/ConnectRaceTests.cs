using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
internal sealed class ConnectRaceTests
{
#if NET
    private const int Rounds = 300;
#else
    private const int Rounds = 60;
#endif

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<Socket> _made = new();
    private readonly ConcurrentQueue<Thread> _threads = new();
    private Listeners _listeners = null!;

    [SetUp]
    public void Open() => _listeners = new Listeners();

    [TearDown]
    public void Dispose()
    {
        _listeners.Dispose();
        Forget();
    }

    [Test]
    [Category("R18")]
    public void Address_that_swallows_everything_costs_a_quarter_of_a_second_and_is_left_behind()
    {
        IPEndPoint silent = _listeners.Swallow(IPAddress.Loopback);
        IPEndPoint open = _listeners.Listen(IPAddress.Loopback);
        ConnectRace race = RaceTo(silent, open);

        Socket? winner = null;
        Elapsed.Of(() => winner = race.Run()).TotalMilliseconds.Should().BeInRange(200, 1500);

        winner!.RemoteEndPoint.Should().Be(open);
        race.End().Should().BeTrue("the first one still tries");
        race.Dispose();
        ShouldBeOver(race, winner);
    }

    [Test]
    public void Refusal_starts_the_next_address_at_once()
    {
        IPEndPoint open = _listeners.Listen(IPAddress.Loopback);
        ConnectRace race = RaceTo(Nobody(), Nobody(), open);

        Socket? winner = null;
        Elapsed.Of(() => winner = race.Run()).Should().BeBelow(TimeSpan.FromMilliseconds(200));

        winner!.RemoteEndPoint.Should().Be(open);
        race.Failures.Select(failure => failure is null).Should().Equal(false, false, true);
        ShouldBeOver(race, winner);
    }

    // RFC 8305, 5: the one that is behind is the one that counts.
    [Test]
    public void Refusal_starts_the_next_address_at_once_though_an_earlier_one_still_tries()
    {
        IPEndPoint silent = _listeners.Swallow(IPAddress.Loopback);
        IPEndPoint open = _listeners.Listen(IPAddress.Loopback);
        ConnectRace race = RaceTo(silent, Nobody(), open);

        Socket? winner = null;
        TimeSpan elapsed = Elapsed.Of(() => winner = race.Run());

        winner!.RemoteEndPoint.Should().Be(open);
        race.Dispose();
        ShouldBeOver(race, winner);
        elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(200)).And.BeBelow(TimeSpan.FromMilliseconds(450), "only the first one costs its quarter of a second");
    }

    [Test]
    public void First_of_two_that_answer_is_the_only_one_dialled()
    {
        IPEndPoint first = _listeners.Listen(IPAddress.Loopback);
        IPEndPoint second = _listeners.Listen(IPAddress.Loopback);
        ConnectRace race = RaceTo(first, second);

        Socket winner = race.Run()!;

        winner.RemoteEndPoint.Should().Be(first);
        _made.Should().ContainSingle();
        ShouldBeOver(race, winner);
    }

    [Test]
    public void When_all_fail_there_is_no_winner_and_each_has_its_reason()
    {
        ConnectRace race = RaceTo(Nobody(), Nobody());

        race.Run().Should().BeNull();

        race.Failures.Should().HaveCount(2).And.AllBeOfType<SocketException>();
        ShouldBeOver(race, winner: null);
    }

    [Test]
    public void Socket_that_cannot_be_made_is_a_failure_of_its_address_alone()
    {
        IPEndPoint open = _listeners.Listen(IPAddress.Loopback);
        NotSupportedException fault = new("no such family");
        ConnectRace race = new([new DnsEndPoint("nowhere.example", 1), open], endPoint => endPoint is DnsEndPoint ? throw fault : Make(endPoint), Watched());

        Socket? winner = race.Run();

        winner!.RemoteEndPoint.Should().Be(open);
        race.Failures.Should().Equal(fault, null);
        ShouldBeOver(race, winner);
    }

    [Test]
    [Category("R15")]
    public void Thread_that_cannot_be_started_is_a_failure_of_its_address_alone()
    {
        IPEndPoint first = _listeners.Listen(IPAddress.Loopback);
        IPEndPoint second = _listeners.Listen(IPAddress.Loopback);
        InvalidOperationException fault = new("There is no room for another thread.");
        int asked = 0;
        ConnectRace race = new([first, second], Make, Watched(_ => asked++ > 0 ? null : fault));

        Socket? winner = race.Run();

        winner!.RemoteEndPoint.Should().Be(second);
        race.Failures.Should().Equal(fault, null);
        ShouldBeOver(race, winner);
    }

    [Test]
    [Category("R15")]
    public void Without_any_thread_there_is_no_winner()
    {
        InvalidOperationException fault = new("There is no room for another thread.");
        ConnectRace race = new([_listeners.Listen(IPAddress.Loopback), Nobody()], Make, Watched(_ => fault));

        race.Run().Should().BeNull();

        race.Failures.Should().Equal(fault, fault);
        ShouldBeOver(race, winner: null);
    }

    [Test]
    [Category("R13")]
    public void Dispose_frees_whoever_waits_for_a_winner()
    {
        IPEndPoint silent = _listeners.Swallow(IPAddress.Loopback);
        ConnectRace race = RaceTo(silent, silent);
        BackgroundRun run = Run.InBackground(() => race.Run());
        Wait.Until(() => run.IsWaiting, "it waits for a winner");

        BackgroundRun disposal = Run.InBackground(race.Dispose);

        Elapsed.Of(() => run.Invoking(r => r.Join()).Should().Throw<ObjectDisposedException>()).Should().BeBelow(TimeSpan.FromMilliseconds(200));
        disposal.Join();
        ShouldBeOver(race, winner: null);
    }

    [Test]
    [Category("R13")]
    public void Race_that_was_disposed_before_lets_nobody_in()
    {
        ConnectRace race = RaceTo(_listeners.Listen(IPAddress.Loopback));
        race.Dispose();

        race.Invoking(r => r.Run()).Should().Throw<ObjectDisposedException>();

        ShouldBeOver(race, winner: null);
        _listeners.First.Poll(50_000, SelectMode.SelectRead).Should().BeFalse("nobody came");
    }

    [Test]
    public void Dispose_after_the_end_leaves_the_winner_alone()
    {
        ConnectRace race = RaceTo(_listeners.Listen(IPAddress.Loopback));
        Socket winner = race.Run()!;

        race.Dispose();
        race.Dispose();

        ShouldBeOver(race, winner);
    }

    [Test]
    [Category("R13")]
    public void Winner_and_Dispose_may_meet_at_any_moment_and_no_socket_is_lost_or_owned_twice([Values(1, 2, 3)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        IPEndPoint first = _listeners.Listen(IPAddress.Loopback, backlog: 100);
        IPEndPoint second = _listeners.Listen(IPAddress.Loopback, backlog: 100);
        int won = 0;
        Socket? winner = null;
        // Every other round the first one refuses, so that several are under way.
        ConnectRace RaceOf(int round) => round % 2 == 0 ? RaceTo(first, second) : RaceTo(Nobody(), first, second);
        ConnectRace connecting = RaceOf(0);
        Race stress = new(seed, Rounds);
        Random random = new(seed);
        stress.Add(_ => winner = RunToEnd(connecting));
        stress.Add(_ =>
        {
            Thread.SpinWait(random.Next(20_000));
            connecting.Dispose();
        });
        stress.AfterEach(round =>
        {
            won += winner is null ? 0 : 1;
            ShouldBeOver(connecting, winner);
            winner?.Dispose();
            Forget();
            _listeners.AcceptAll();
            connecting = RaceOf(round + 1);
        });

        stress.Run();

        TestContext.Out.WriteLine($"{won} of {Rounds} won");
    }

    private static Socket? RunToEnd(ConnectRace race)
    {
        try
        {
            return race.Run();
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    private static IPEndPoint Nobody() => new(IPAddress.Loopback, FreePort.Next());

    private ConnectRace RaceTo(params EndPoint[] endPoints) => new(endPoints, Make, Watched());

    private Socket Make(EndPoint endPoint)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _made.Enqueue(socket);
        return socket;
    }

    // Keeps the threads; the ones that the test has an exception for cannot be started.
    private ClientEnvironment Watched(Func<Thread, Exception?>? refuse = null) => new()
    {
        StartThread = thread =>
        {
            if (refuse?.Invoke(thread) is { } fault)
                throw fault;
            _threads.Enqueue(thread);
            thread.Start();
        },
    };

    // Every thread has ended, and of all sockets only the winner's is left.
    private void ShouldBeOver(ConnectRace race, Socket? winner)
    {
        foreach (Thread thread in _threads)
            thread.Join(Soon).Should().BeTrue("{0} ends", thread.Name);
        race.End().Should().BeFalse();
        List<Socket> left = [.. _made.Where(socket => !IsDisposed(socket))];
        left.Should().Equal(winner is null ? [] : new[] { winner });
        if (winner is not null)
            winner.Connected.Should().BeTrue();
    }

    private void Forget()
    {
        while (_made.TryDequeue(out Socket? socket))
            socket.Dispose();
        while (_threads.TryDequeue(out _))
        {
        }
    }

    private static bool IsDisposed(Socket socket)
    {
        try
        {
            return socket.Available < 0;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
