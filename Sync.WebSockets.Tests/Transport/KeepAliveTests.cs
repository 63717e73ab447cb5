using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
internal sealed class KeepAliveTests
{
    private static readonly TcpKeepAliveOptions Unusual = new() { Time = TimeSpan.FromSeconds(77), Interval = TimeSpan.FromSeconds(7), RetryCount = 3 };

    [Test]
    public void Dialled_socket_has_the_keepalive_of_the_options()
    {
        using Socket socket = Dial(Unusual);

        IsOn(socket).Should().BeTrue();
#if NET
        Option(socket, SocketOptionName.TcpKeepAliveTime).Should().Be(77);
        Option(socket, SocketOptionName.TcpKeepAliveInterval).Should().Be(7);
        Option(socket, SocketOptionName.TcpKeepAliveRetryCount).Should().Be(3);
#endif
    }

    [Test]
    public void Dialled_socket_without_options_is_as_the_system_has_it()
    {
        using Socket untouched = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using Socket socket = Dial(keepAlive: null);

        IsOn(socket).Should().Be(IsOn(untouched));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Connection_with_keepalive_works(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using WebSocketClient client = TestClient.Connect(server, options => options.TcpKeepAlive = Unusual);

        client.Send("hello");

        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("hello");
    }

    private static Socket Dial(TcpKeepAliveOptions? keepAlive)
    {
        using ScriptedServer server = new(_ => { }, new ScriptedServerOptions { Accepts = false });
        TcpDialer dialer = new(ClientEnvironment.Default, new WebSocketClientOptions { TcpKeepAlive = keepAlive });
        return dialer.Dial(new IPEndPoint(IPAddress.Loopback, server.Port), new DialWatch(ClientEnvironment.Default, Timeout.InfiniteTimeSpan));
    }

    private static bool IsOn(Socket socket) =>
        Convert.ToInt32(socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive), System.Globalization.CultureInfo.InvariantCulture) != 0;

#if NET
    private static int Option(Socket socket, SocketOptionName name) => (int)socket.GetSocketOption(SocketOptionLevel.Tcp, name)!;
#endif
}
