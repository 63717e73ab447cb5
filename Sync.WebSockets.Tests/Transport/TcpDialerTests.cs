using System;
using System.Collections.Generic;
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
    private static readonly IPAddress Second = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Third = IPAddress.Parse("127.0.0.3");

    private readonly List<Socket> _sockets = [];

    [TearDown]
    public void Dispose()
    {
        _sockets.ForEach(s => s.Dispose());
        _sockets.Clear();
    }

    [Test]
    public void Host_that_is_an_address_is_not_looked_up()
    {
        int port = Listen(IPAddress.Loopback);

        using Socket socket = Dial("127.0.0.1", port, _ => throw new InvalidOperationException("asked"));

        socket.RemoteEndPoint.Should().Be(new IPEndPoint(IPAddress.Loopback, port));
        socket.NoDelay.Should().BeTrue();
    }

    [Test]
    [Category("R18")]
    public void Addresses_are_tried_in_turn_until_one_answers()
    {
        int port = Listen(Second);
        string? asked = null;

        using Socket socket = Dial("two.example", port, host =>
        {
            asked = host;
            return [IPAddress.Loopback, Second, Third];
        });

        asked.Should().Be("two.example");
        socket.RemoteEndPoint.Should().Be(new IPEndPoint(Second, port));
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

    [Test]
    [Category("R18")]
    public void Address_that_swallows_everything_eats_only_its_slice()
    {
        int port = ListenWithFullBacklog(IPAddress.Loopback);
        Listen(Second, port);

        TimeSpan elapsed = Elapsed.Of(() => Dial("two.example", port, _ => [IPAddress.Loopback, Second], timeout: 3000).Dispose());

        elapsed.TotalMilliseconds.Should().BeInRange(1000, 2800);
    }

    [Test]
    public void Only_address_has_all_the_time_and_no_more()
    {
        int port = ListenWithFullBacklog(IPAddress.Loopback);
        DialWatch watch = new(ClientEnvironment.Default, TimeSpan.FromMilliseconds(400));
        BackgroundRun dialling = Run.InBackground(() => Dial("one.example", port, _ => [IPAddress.Loopback], watch));

        Elapsed.Of(() => watch.Wait(CancellationToken.None).Should().BeFalse()).TotalMilliseconds.Should().BeInRange(350, 2500);

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
    public void Nobody_is_dialled_when_the_time_ran_out_in_the_resolver()
    {
        int port = Listen(IPAddress.Loopback);
        DialWatch watch = new(ClientEnvironment.Default, TimeSpan.FromMilliseconds(1));

        Action dial = () => Dial("slow.example", port, _ =>
        {
            watch.Wait(CancellationToken.None).Should().BeFalse();
            return [IPAddress.Loopback];
        }, watch);

        dial.Should().Throw<ObjectDisposedException>();
        _sockets[0].Poll(50_000, SelectMode.SelectRead).Should().BeFalse("nobody came");
    }

    [Test]
    public void Socket_options_are_set_before_connecting()
    {
        int port = Listen(IPAddress.Loopback);
        WebSocketClientOptions options = new() { NoDelay = false, ReceiveBufferSize = 20_000, SendBufferSize = 30_000 };

        using Socket socket = new TcpDialer(ClientEnvironment.Default, options).Dial("127.0.0.1", port, new DialWatch(ClientEnvironment.Default, TimeSpan.FromSeconds(10)));

        socket.NoDelay.Should().BeFalse();
        socket.ReceiveBufferSize.Should().BeInRange(20_000, 50_000);
        socket.SendBufferSize.Should().BeInRange(30_000, 70_000);
        socket.Blocking.Should().BeTrue();
    }

    // With the caller of Connect beside it, as in a real attempt.
    private static Socket Dial(string host, int port, Func<string, IPAddress[]> resolve, int timeout = 10_000)
    {
        DialWatch watch = new(ClientEnvironment.Default, TimeSpan.FromMilliseconds(timeout));
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
        new TcpDialer(new ClientEnvironment { Resolve = resolve }, new WebSocketClientOptions()).Dial(host, port, watch);

    private int Listen(IPAddress address, int port = 0, int backlog = 10)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(listener);
        listener.Bind(new IPEndPoint(address, port));
        listener.Listen(backlog);
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    // A listener that never accepts lets in as many as its backlog holds; after that the system drops what comes.
    private int ListenWithFullBacklog(IPAddress address)
    {
        int port = Listen(address, backlog: 1);
        for (int i = 0; i < 10; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            BackgroundRun connect = Run.InBackground(() =>
            {
                try
                {
                    socket.Connect(address, port);
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    // The backlog is full, and the test over.
                }
            });
            if (!connect.EndsWithin(TimeSpan.FromMilliseconds(500)))
                return port;
        }
        Assert.Ignore("This system's backlog takes everything.");
        return port;
    }
}
