using System;
using FluentAssertions;
using NUnit.Framework;
#if NET
using System.IO;
using System.Net.Sockets;
using System.Threading;
using Sync.WebSockets.Support;
#endif

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
public sealed class UnixSocketTests
{
    [TestCase("ws+unix://host/run/app.sock:/")]
    [TestCase("ws+unix:///run/app.sock:feed")]
    [Category("H2")]
    public void Address_that_names_no_socket_is_a_bad_argument(string uri)
    {
        Action connect = () => WebSocketClient.Connect(uri);

        connect.Should().Throw<ArgumentException>().WithMessage("*ws+unix:///path*");
    }

#if NET && !NETSTANDARD_LIBRARY
    [TestCase("", "/")]
    [TestCase(":/feed?x=1&y=%2F", "/feed?x=1&y=%2F")]
    public void Server_behind_a_Unix_socket_is_reached(string path, string target)
    {
        ServerRequest? request = null;
        using TempFolder folder = new();
        string socket = Path.Combine(folder.FullName, "a b.sock");
        Uri uri = new("ws+unix://" + Uri.EscapeDataString(socket).Replace("%2F", "/", StringComparison.Ordinal) + path);

        using Socket listener = Serve(socket, connection => request = connection.Upgrade(), out BackgroundRun server);
        using (WebSocketClient client = WebSocketClient.Connect(uri, TestClient.Options()))
        {
            ShouldWork(client);
            client.Uri.Should().BeSameAs(uri);
            client.RemoteEndPoint.Should().BeOfType<UnixDomainSocketEndPoint>().Which.ToString().Should().Be(socket);
        }

        server.Join();
        request!["Host"].Should().Be("localhost");
        request.Target.Should().Be(target);
    }

    [Test]
    public void Socket_that_is_not_there_is_told()
    {
        WebSocketConnectException failure = TestClient.FailureOf(() => WebSocketClient.Connect("ws+unix:///nowhere/at/all.sock:/").Dispose());

        failure.Stage.Should().Be(WebSocketConnectStage.Tcp);
        failure.Message.Should().Contain("/nowhere/at/all.sock");
        failure.InnerException.Should().BeOfType<SocketException>();
    }

    [Test]
    public void Time_for_a_server_that_does_not_answer_is_ConnectTimeout()
    {
        using TempFolder folder = new();
        string socket = Path.Combine(folder.FullName, "s");
        using Socket listener = Serve(socket, connection => connection.WaitForDisconnect(), out BackgroundRun server);

        TestClient.FailureOf(() => WebSocketClient.Connect("ws+unix://" + socket, TestClient.Options(o => o.ConnectTimeout = TimeSpan.FromMilliseconds(300))).Dispose())
            .InnerException.Should().BeOfType<TimeoutException>();

        server.Join();
    }
#else
    [Test]
    public void Elsewhere_than_on_dotNET_the_scheme_is_not_supported_and_another_way_is_told()
    {
        Action connect = () => WebSocketClient.Connect("ws+unix:///run/app.sock:/");

        connect.Should().Throw<PlatformNotSupportedException>().WithMessage("*RemoteEndPoint*");
    }
#endif

#if NET
    [Test]
    public void Unix_socket_may_be_the_address_to_dial_of_any_URI()
    {
        ServerRequest? request = null;
        using TempFolder folder = new();
        string socket = Path.Combine(folder.FullName, "s");
        using Socket listener = Serve(socket, connection => request = connection.Upgrade(), out BackgroundRun server);

        using (WebSocketClient client = WebSocketClient.Connect(
            "ws://named.example/feed", TestClient.Options(o => o.RemoteEndPoint = new UnixDomainSocketEndPoint(socket))))
        {
            ShouldWork(client);
        }

        server.Join();
        request!["Host"].Should().Be("named.example");
    }

    // For one connection, which is echoed after the script.
    private static Socket Serve(string path, Action<ServerConnection> script, out BackgroundRun server)
    {
        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        server = Run.InBackground(() =>
        {
            using Socket socket = listener.Accept();
            using NetworkStream stream = new(socket);
            using ManualResetEvent never = new(false);
            ServerConnection connection = new(socket, stream, never);
            script(connection);
            connection.EchoUntilClosed();
        });
        return listener;
    }

    private static void ShouldWork(WebSocketClient client)
    {
        client.Send("hello");
        client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("hello");
    }
#endif
}
