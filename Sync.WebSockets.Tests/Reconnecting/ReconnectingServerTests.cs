using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Reconnecting;

/// <summary>Against servers that go away and come back.</summary>
public sealed class ReconnectingServerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [TestCase(false)]
    [TestCase(true)]
    public void Server_that_restarts_in_the_midst_of_traffic_is_found_again(bool tls)
    {
        const int Restarts = 5;
        ScriptedServer server = TestServer.Echo(tls);
        int port = server.Port;
        using ReconnectingWebSocketClient client = ReconnectingWebSocketClient.Connect(server.Uri, Eager());
        using ManualResetEventSlim done = new();
        int sent = 0;
        List<int> received = [];
        BackgroundRun sender = Run.InBackground(() =>
        {
            while (!done.IsSet)
                TrySend(client, ++sent);
        });
        BackgroundRun receiver = Run.InBackground(() =>
        {
            foreach (WebSocketMessage message in client.ReceiveAll())
                received.Add(int.Parse(message.Text, CultureInfo.InvariantCulture));
        });
        for (int i = 1; i <= Restarts; i++)
        {
            int before = received.Count;
            Wait.Until(() => received.Count > before + 100, "traffic flows", Soon);
            server.Dispose();
            server = new ScriptedServer(EchoAll, new ScriptedServerOptions { Port = port, Certificate = tls ? TestCertificates.Localhost : null });
            Wait.Until(() => client.GetStatus().Connections > i, "the client has connected again", Soon);
        }
        int atLast = sent;
        Wait.Until(() => received.LastOrDefault() > atLast, "traffic flows", Soon);
        done.Set();
        sender.Join();

        client.Close();

        receiver.Join();
        received.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        client.GetStatus().Connections.Should().Be(Restarts + 1);
        server.Dispose();
    }

    [Test]
    public void Dead_server_is_found_by_the_heartbeat_and_the_next_connection_has_one_of_its_own()
    {
        using var server = new ScriptedServer(connection =>
        {
            connection.Upgrade();
            connection.FallSilent();
        });
        ReconnectingWebSocketClientOptions options = Eager();
        options.ClientOptions.PingInterval = options.ClientOptions.PingTimeout = TimeSpan.FromMilliseconds(300);
        List<WebSocketCloseCause> losses = [];
        options.Disconnected = failure => losses.Add(((WebSocketClosedException)failure).Cause);

        using ReconnectingWebSocketClient client = ReconnectingWebSocketClient.Connect(server.Uri, options);
        Wait.Until(() => losses.Count >= 3, "three connections were found dead", Soon);

        losses.Should().OnlyContain(cause => cause == WebSocketCloseCause.HeartbeatTimeout);
    }

    [TestCase("401 Unauthorized")]
    [TestCase("403 Forbidden")]
    [Category("R16")]
    public void Refusal_is_never_retried(string status)
    {
        using var server = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        });

        TestClient.FailureOf(() => ReconnectingWebSocketClient.Connect(server.Uri, Eager())).Response!.StatusCode.ToString(CultureInfo.InvariantCulture)
            .Should().Be(status.Substring(0, 3));

        server.Connections.Should().Be(1);
    }

    [Test]
    [Category("R16")]
    public void Certificate_that_is_not_trusted_is_never_retried()
    {
        using ScriptedServer server = TestServer.Echo(tls: true);
        ReconnectingWebSocketClientOptions options = Eager();
        options.ClientOptions.RemoteCertificateValidationCallback = null;

        TestClient.FailureOf(() => ReconnectingWebSocketClient.Connect(server.Uri, options)).Stage.Should().Be(WebSocketConnectStage.Tls);

        server.Connections.Should().Be(1);
    }

    [Test]
    public void Connection_that_breaks_in_the_TLS_handshake_is_retried()
    {
        int connections = 0;
        using var server = new ScriptedServer(connection =>
        {
            if (Interlocked.Increment(ref connections) < 3)
                connection.Reset();
            else
                connection.WaitForDisconnect();
        });
        UriBuilder secure = new(server.Uri) { Scheme = "wss" };

        using ReconnectingWebSocketClient client = ReconnectingWebSocketClient.Start(secure.Uri, Eager());

        Wait.Until(() => connections >= 3, "it has tried again", Soon);
    }

    [Test]
    public void Status_that_passes_is_retried_until_the_server_is_there()
    {
        int requests = 0;
        using var server = new ScriptedServer(connection =>
        {
            ServerRequest request = connection.ReadRequest();
            if (Interlocked.Increment(ref requests) < 4)
            {
                connection.SendAscii("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            connection.Accept(request);
            connection.EchoUntilClosed();
        });

        using ReconnectingWebSocketClient client = ReconnectingWebSocketClient.Connect(server.Uri, Eager());

        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
        requests.Should().Be(4);
    }

    [Test]
    public void Connect_gives_up_when_its_time_is_over_and_says_why()
    {
        ReconnectingWebSocketClientOptions options = Eager();
        options.ConnectionWaitTimeout = options.ClientOptions.ConnectTimeout = TimeSpan.FromMilliseconds(200);
        var nobody = new Uri("ws://127.0.0.1:" + FreePort.Next().ToString(CultureInfo.InvariantCulture) + "/");
        Action connect = () => ReconnectingWebSocketClient.Connect(nobody, options);

        connect.Should().Throw<TimeoutException>().WithMessage("The client has not connected*").WithInnerException<WebSocketConnectException>();
    }

    [Test]
    public void Connect_makes_one_attempt_even_where_nothing_else_waits()
    {
        using ScriptedServer server = TestServer.Echo();
        ReconnectingWebSocketClientOptions options = Eager();
        options.ConnectionWaitTimeout = TimeSpan.Zero;

        using ReconnectingWebSocketClient client = ReconnectingWebSocketClient.Connect(server.Uri, options);

        client.State.Should().Be(WebSocketState.Open);
    }

    [Test]
    public void Connect_does_not_begin_with_a_token_that_is_cancelled()
    {
        using ScriptedServer server = TestServer.Echo();

        FluentActions.Invoking(() => ReconnectingWebSocketClient.Connect(server.Uri, Eager(), new CancellationToken(canceled: true)))
            .Should().Throw<OperationCanceledException>();

        server.Connections.Should().Be(0);
    }

    [Test]
    public void Connect_ends_with_its_token()
    {
        using ScriptedServer silent = new(connection => connection.FallSilent());
        using CancellationTokenSource source = new();
        BackgroundRun connecting = Run.InBackground(() => ReconnectingWebSocketClient.Connect(silent.Uri, Eager(), source.Token));
        Wait.Until(() => silent.Connections == 1, "it is connecting");

        source.Cancel();

        connecting.Invoking(c => c.Join()).Should().Throw<OperationCanceledException>();
    }

    [Test]
    public void Send_that_was_under_way_when_the_connection_was_lost_says_that_its_outcome_is_unknown()
    {
        using ManualResetEventSlim stuck = new();
        using ScriptedServer server = TestServer.Start(
            tls: false,
            connection =>
            {
                connection.Upgrade();
                connection.WaitForTest(stuck);
                connection.Reset();
            },
            receiveBufferSize: 4096);
        using WebSocketClient client = TestClient.Connect(server);
        BackgroundRun sender = Run.InBackground(() => client.Send(new byte[16 << 20]));
        TestClient.WaitUntilSendIsStuck(client);

        stuck.Set();

        TestClient.EndOf(() => sender.Join()).SendOutcomeUnknown.Should().BeTrue();
        TestClient.EndOf(() => client.Send("x")).SendOutcomeUnknown.Should().BeFalse();
    }

    [Test]
    public void Callback_of_a_hook_that_throws_when_the_client_ends_keeps_nothing_from_ending()
    {
        using ScriptedServer server = TestServer.Echo();
        ReconnectingWebSocketClientOptions options = Eager();
        bool called = false;
        options.Connecting = attempt => attempt.CancellationToken.Register(() =>
        {
            called = true;
            throw new FormatException("As the test wants it.");
        });
        ReconnectingWebSocketClient client = ReconnectingWebSocketClient.Connect(server.Uri, options);

        client.Abort();

        called.Should().BeTrue();
        client.State.Should().Be(WebSocketState.Aborted);
        Wait.Until(() => IsIdle(server), "the server has nobody left", Soon);
        client.Dispose();
        Resources.WaitForLibraryThreads();
    }

    [Test]
    public void Client_that_nobody_closes_and_nobody_references_is_ended()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForDisconnect();
        });
        Run.InBackground(() => Abandon(server)).Join();

        Wait.Until(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return IsIdle(server);
            },
            "the server has nobody left",
            Soon);
        Resources.WaitForLibraryThreads();
        server.Connections.Should().Be(3);
    }

    [Test]
    public void Wrong_arguments_are_refused_at_once()
    {
        Action[] starts =
        [
            () => ReconnectingWebSocketClient.Start((Uri)null!),
            () => ReconnectingWebSocketClient.Start("feed"),
            () => ReconnectingWebSocketClient.Start("http://example.com/"),
            () => ReconnectingWebSocketClient.Connect("ws://example.com/#part"),
        ];

        starts.Should().AllSatisfy(start => start.Should().Throw<ArgumentException>());
    }

    private static ReconnectingWebSocketClientOptions Eager() => new()
    {
        ClientOptions = TestClient.Options(),
        InitialDelay = TimeSpan.FromMilliseconds(20),
        MaxDelay = TimeSpan.FromMilliseconds(50),
        ConnectionWaitTimeout = Soon,
    };

    private static void EchoAll(ServerConnection connection)
    {
        connection.Upgrade();
        connection.EchoUntilClosed();
    }

    private static void TrySend(ReconnectingWebSocketClient client, int number)
    {
        try
        {
            client.Send(number.ToString(CultureInfo.InvariantCulture));
        }
        catch (WebSocketClosedException e) when (e.SendOutcomeUnknown)
        {
            // The number may be missing from the echo, and must not come twice.
        }
    }

    private static bool IsIdle(ScriptedServer server)
    {
        try
        {
            server.Join(TimeSpan.FromMilliseconds(100));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(ScriptedServer server)
    {
        for (int i = 0; i < 3; i++)
            ReconnectingWebSocketClient.Connect(server.Uri, Eager()).State.Should().Be(WebSocketState.Open);
    }
}
