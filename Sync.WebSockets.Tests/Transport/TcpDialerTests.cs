using System;
using System.Diagnostics;
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
internal sealed class TcpDialerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly IPAddress Second = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Third = IPAddress.Parse("127.0.0.3");

    private Listeners _listeners = null!;

    [SetUp]
    public void Open() => _listeners = new Listeners();

    [TearDown]
    public void Dispose() => _listeners.Dispose();

    [Test]
    public void Host_that_is_an_address_is_not_looked_up()
    {
        IPEndPoint endPoint = _listeners.Listen(IPAddress.Loopback);

        using Socket socket = Dial("127.0.0.1", endPoint.Port, _ => throw new InvalidOperationException("asked"));

        socket.RemoteEndPoint.Should().Be(endPoint);
        socket.NoDelay.Should().BeTrue();
    }

    [Test]
    public void Address_is_dialled_as_it_is()
    {
        IPEndPoint endPoint = _listeners.Listen(Second);

        using Socket socket = Dial(endPoint, _ => throw new InvalidOperationException("asked"), new DialWatch(ClientEnvironment.Default, Soon));

        socket.RemoteEndPoint.Should().Be(endPoint);
    }

    [Test]
    [Category("R18")]
    public void Addresses_are_tried_in_turn_until_one_answers()
    {
        IPEndPoint endPoint = _listeners.Listen(Second);
        string? asked = null;

        using Socket socket = Dial("two.example", endPoint.Port, host =>
        {
            asked = host;
            return [IPAddress.Loopback, Second, Third];
        });

        asked.Should().Be("two.example");
        socket.RemoteEndPoint.Should().Be(endPoint);
    }

    [Test]
    public void When_no_address_answers_each_is_named_with_its_reason()
    {
        int port = FreePort.Next();

        Action dial = () => Dial("dead.example", port, _ => [IPAddress.Loopback, Second]);

        WebSocketConnectException failure = dial.Should().Throw<WebSocketConnectException>().Which;
        failure.Stage.Should().Be(WebSocketConnectStage.Tcp);
        failure.Message.Should().Contain("dead.example").And.Contain($"127.0.0.1:{port}: ").And.Contain($"127.0.0.2:{port}: ");
        failure.InnerException.Should().BeOfType<SocketException>();
    }

    // The message names the addresses in the order in which they were tried.
    [TestCase(false, "127.0.0.1 [::1] 127.0.0.2")]
    [TestCase(true, "[::1] 127.0.0.1 127.0.0.2")]
    public void Families_are_tried_in_turn_and_the_resolvers_favourite_first(bool favoursIPv6, string tried)
    {
        int port = FreePort.Next();
        IPAddress[] addresses = favoursIPv6 ? [IPAddress.IPv6Loopback, IPAddress.Loopback, Second] : [IPAddress.Loopback, Second, IPAddress.IPv6Loopback];

        Action dial = () => Dial("mixed.example", port, _ => addresses);

        string message = dial.Should().Throw<WebSocketConnectException>().Which.Message;
        tried.Split(' ').Select(address => message.IndexOf($"{address}:{port}: ", StringComparison.Ordinal)).Should().BeInAscendingOrder().And.NotContain(-1);
    }

    [Test]
    [Category("R18")]
    public void Address_that_swallows_everything_costs_a_quarter_of_a_second()
    {
        IPEndPoint silent = _listeners.Swallow(IPAddress.Loopback);
        _listeners.Listen(Second, silent.Port);

        TimeSpan elapsed = Elapsed.Of(() => Dial("two.example", silent.Port, _ => [IPAddress.Loopback, Second]).Dispose());

        elapsed.TotalMilliseconds.Should().BeInRange(200, 1500);
        Resources.WaitForLibraryThreads();
    }

    [Test]
    public void Addresses_that_swallow_everything_have_all_the_time_and_no_more()
    {
        IPEndPoint silent = _listeners.Swallow(IPAddress.Loopback);
        var elapsed = Stopwatch.StartNew();
        DialWatch watch = new(ClientEnvironment.Default, TimeSpan.FromMilliseconds(600));
        BackgroundRun dialling = Run.InBackground(() => Dial("one.example", silent.Port, _ => [IPAddress.Loopback, IPAddress.Loopback], watch));

        watch.Wait(CancellationToken.None).Should().BeFalse();

        elapsed.Elapsed.TotalMilliseconds.Should().BeInRange(550, 2700);

        dialling.Invoking(d => d.Join()).Should().Throw<ObjectDisposedException>("nobody waits for it any more");
        Resources.WaitForLibraryThreads();
    }

    [Test]
    public void Only_address_has_all_the_time_and_no_more()
    {
        IPEndPoint silent = _listeners.Swallow(IPAddress.Loopback);
        var elapsed = Stopwatch.StartNew();
        DialWatch watch = new(ClientEnvironment.Default, TimeSpan.FromMilliseconds(400));
        BackgroundRun dialling = Run.InBackground(() => Dial("one.example", silent.Port, _ => [IPAddress.Loopback], watch));

        watch.Wait(CancellationToken.None).Should().BeFalse();

        elapsed.Elapsed.TotalMilliseconds.Should().BeInRange(350, 2500);

        dialling.Invoking(d => d.Join()).Should().Throw<ObjectDisposedException>("nobody waits for it any more");
        watch.Stage.Should().Be(WebSocketConnectStage.Tcp);
    }

    [Test]
    public void Resolver_that_fails_is_told_at_the_stage_of_dns()
    {
        Action dial = () => Dial("nowhere.example", 80, _ => throw new SocketException((int)SocketError.HostNotFound));

        WebSocketConnectException failure = dial.Should().Throw<WebSocketConnectException>().Which;
        failure.Stage.Should().Be(WebSocketConnectStage.Dns);
        failure.Message.Should().Contain("nowhere.example");
        failure.InnerException.Should().BeOfType<SocketException>();
    }

    [Test]
    public void Resolver_without_an_address_is_told_at_the_stage_of_dns()
    {
        Action dial = () => Dial("empty.example", 80, _ => []);

        dial.Should().Throw<WebSocketConnectException>().Which.Stage.Should().Be(WebSocketConnectStage.Dns);
    }

    [Test]
    public void Addresses_of_another_family_than_ours_are_left_out()
    {
        IPEndPoint endPoint = _listeners.Listen(IPAddress.Loopback);
        IPAddress local = IPAddress.Parse("127.0.0.5");
        WebSocketClientOptions options = new() { LocalEndPoint = new IPEndPoint(local, 0) };
        ClientEnvironment environment = new() { Resolve = _ => [IPAddress.IPv6Loopback, IPAddress.Loopback] };

        using Socket socket = new TcpDialer(environment, options).Dial(
            new DnsEndPoint("mixed.example", endPoint.Port), new DialWatch(ClientEnvironment.Default, Soon));

        socket.RemoteEndPoint.Should().Be(endPoint);
        socket.LocalEndPoint.Should().BeOfType<IPEndPoint>().Which.Address.Should().Be(local);
    }

    [Test]
    public void Nobody_is_dialled_when_the_time_ran_out_in_the_resolver()
    {
        int port = _listeners.Listen(IPAddress.Loopback).Port;
        DialWatch watch = new(ClientEnvironment.Default, TimeSpan.FromMilliseconds(1));

        Action dial = () => Dial("slow.example", port, _ =>
        {
            watch.Wait(CancellationToken.None).Should().BeFalse();
            return [IPAddress.Loopback];
        }, watch);

        dial.Should().Throw<ObjectDisposedException>();
        _listeners.First.Poll(50_000, SelectMode.SelectRead).Should().BeFalse("nobody came");
    }

    [Test]
    public void Socket_options_are_set_before_connecting()
    {
        IPEndPoint endPoint = _listeners.Listen(IPAddress.Loopback);
        WebSocketClientOptions options = new() { NoDelay = false, ReceiveBufferSize = 20_000, SendBufferSize = 30_000 };

        using Socket socket = new TcpDialer(ClientEnvironment.Default, options).Dial(endPoint, new DialWatch(ClientEnvironment.Default, Soon));

        socket.NoDelay.Should().BeFalse();
        socket.ReceiveBufferSize.Should().BeInRange(20_000, 50_000);
        socket.SendBufferSize.Should().BeInRange(30_000, 70_000);
        socket.Blocking.Should().BeTrue();
    }

    // With the caller of Connect beside it, as in a real attempt.
    private static Socket Dial(string host, int port, Func<string, IPAddress[]> resolve)
    {
        DialWatch watch = new(ClientEnvironment.Default, Soon);
        BackgroundRun caller = Run.InBackground(() => watch.Wait(CancellationToken.None));
        try
        {
            return Dial(host, port, resolve, watch);
        }
        finally
        {
            watch.TryFinish();
            caller.Join();
        }
    }

    private static Socket Dial(string host, int port, Func<string, IPAddress[]> resolve, DialWatch watch) =>
        Dial(new DnsEndPoint(host, port), resolve, watch);

    private static Socket Dial(EndPoint target, Func<string, IPAddress[]> resolve, DialWatch watch) =>
        new TcpDialer(new ClientEnvironment { Resolve = resolve }, new WebSocketClientOptions()).Dial(target, watch);
}
