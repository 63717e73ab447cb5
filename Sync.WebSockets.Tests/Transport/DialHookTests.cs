using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>Sockets that the program connects itself, and what is common to them and to its streams.</summary>
[TestFixture]
[NonParallelizable]
public sealed class DialHookTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    [TestCase(false)]
    [TestCase(true)]
    public void Socket_of_the_programs_own_is_used_and_disposed_in_the_end(bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using Socket socket = Dial(server.Port);
        EndPoint? asked = null;

        using (WebSocketClient client = TestClient.Connect(server, o => o.SocketDialer = target =>
        {
            asked = target;
            return socket;
        }))
        {
            ShouldWork(client);
            client.LocalEndPoint.Should().Be(socket.LocalEndPoint);
            client.RemoteEndPoint.Should().Be(new IPEndPoint(IPAddress.Loopback, server.Port));
        }

        asked.Should().Be(new DnsEndPoint(server.Uri.Host, server.Port));
        Wait.Until(() => IsDisposed(socket), "the client has disposed what it owns");
    }

    [Test]
    public void Dialer_runs_on_the_connections_own_thread_and_is_not_asked_again()
    {
        using ScriptedServer server = TestServer.Echo();
        ConcurrentQueue<string?> threads = new();

        using WebSocketClient client = TestClient.Connect(server, o => o.SocketDialer = _ =>
        {
            threads.Enqueue(Thread.CurrentThread.Name);
            return Dial(server.Port);
        });

        ShouldWork(client);
        threads.Should().ContainSingle().Which.Should().StartWith("Sync.WebSockets");
    }

    [Test]
    public void Dialer_is_asked_once_for_each_connection_with_its_address()
    {
        using AnsweringServer other = new(request => request["Authorization"] is null ? ["401", "WWW-Authenticate: Basic realm=\"x\""] : ["101"]);
        using AnsweringServer server = new(_ => ["302", FormattableString.Invariant($"Location: ws://localhost:{other.Port}/")]);
        CredentialCache cache = new() { { new Uri(FormattableString.Invariant($"ws://localhost:{other.Port}/")), "Basic", new NetworkCredential("user", "password") } };
        ConcurrentQueue<EndPoint> asked = new();

        TestClient.Connect(server.Uri, options =>
        {
            options.MaxRedirects = 1;
            options.Credentials = cache;
            options.SocketDialer = target =>
            {
                asked.Enqueue(target);
                return Dial(((DnsEndPoint)target).Port);
            };
        }).Dispose();

        asked.Should().Equal(new DnsEndPoint("127.0.0.1", server.Port), new DnsEndPoint("localhost", other.Port), new DnsEndPoint("localhost", other.Port));
        other.Join();
        server.Join();
    }

    [Test]
    public void Dialer_that_returns_null_fails_the_attempt()
    {
        foreach (Action<WebSocketClientOptions> configure in new Action<WebSocketClientOptions>[] { o => o.SocketDialer = _ => null!, o => o.StreamDialer = _ => null! })
        {
            WebSocketConnectException failure = Refused(configure);

            failure.Stage.Should().Be(WebSocketConnectStage.Tcp);
            failure.Message.Should().Contain("dialer").And.Contain("null");
            failure.InnerException.Should().BeOfType<InvalidOperationException>();
        }
    }

    [Test]
    public void Socket_that_is_not_connected_fails_the_attempt_and_is_disposed()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        WebSocketConnectException failure = Refused(o => o.SocketDialer = _ => socket);

        failure.Stage.Should().Be(WebSocketConnectStage.Tcp);
        failure.Message.Should().Contain("not connected");
        failure.InnerException.Should().BeOfType<InvalidOperationException>();
        IsDisposed(socket).Should().BeTrue("the client owns what it gets");
    }

    [Test]
    public void What_a_dialer_throws_is_inside_of_the_failure()
    {
        IOException fault = new("boom");
        foreach (Action<WebSocketClientOptions> configure in new Action<WebSocketClientOptions>[] { o => o.SocketDialer = _ => throw fault, o => o.StreamDialer = _ => throw fault })
        {
            WebSocketConnectException failure = Refused(configure);

            failure.Stage.Should().Be(WebSocketConnectStage.Tcp);
            failure.Message.Should().Contain("127.0.0.1").And.Contain("boom");
            failure.InnerException.Should().BeSameAs(fault);
        }
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Connect_does_not_wait_for_a_slow_dialer_and_what_it_returns_later_is_disposed(bool asStream)
    {
        using ManualResetEventSlim release = new();
        using ScriptedServer server = new(connection => connection.WaitForDisconnect());
        using Socket socket = Dial(server.Port);
        using DuplexPair streams = new();

        WebSocketConnectException? failure = null;
        TimeSpan elapsed = Elapsed.Of(() => failure = Refused(options =>
        {
            options.ConnectTimeout = TimeSpan.FromMilliseconds(400);
            if (asStream)
                options.StreamDialer = _ => Await(release, streams.Client);
            else
                options.SocketDialer = _ => Await(release, socket);
        }));

        elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(350)).And.BeBelow(TimeSpan.FromMilliseconds(400) + Slack);
        failure!.Stage.Should().Be(WebSocketConnectStage.Tcp);
        failure.InnerException.Should().BeOfType<TimeoutException>();
        (IsDisposed(socket), streams.Client.IsDisposed).Should().Be((false, false));
        release.Set();
        Wait.Until(() => asStream ? streams.Client.IsDisposed : IsDisposed(socket), "what came too late is disposed");
        Resources.WaitForLibraryThreads();
    }

    [Test]
    [Category("R13")]
    public void Token_frees_Connect_at_once_from_a_dialer_that_hangs()
    {
        using ManualResetEventSlim dialling = new();
        using ManualResetEventSlim release = new();
        using CancellationTokenSource cancellation = new();
        using DuplexPair streams = new();
        Stopwatch freed = new();
        BackgroundRun connecting = Run.InBackground(() =>
        {
            Action connect = () => WebSocketClient.Connect(
                "ws://127.0.0.1/",
                TestClient.Options(o => o.StreamDialer = _ =>
                {
                    dialling.Set();
                    return Await(release, streams.Client);
                }),
                cancellation.Token);
            connect.Should().Throw<OperationCanceledException>();
            freed.Stop();
        });
        dialling.Wait(Soon).Should().BeTrue();

        freed.Start();
        cancellation.Cancel();

        connecting.Join();
        freed.Elapsed.Should().BeBelow(Slack);
        release.Set();
        Wait.Until(() => streams.Client.IsDisposed, "what came too late is disposed");
    }

    [Test]
    public void Two_dialers_are_one_too_many()
    {
        WebSocketClientOptions options = new()
        {
            SocketDialer = _ => throw new InvalidOperationException("asked"),
            StreamDialer = _ => throw new InvalidOperationException("asked"),
        };
        Action connect = () => WebSocketClient.Connect("ws://127.0.0.1/", options);

        connect.Should().Throw<ArgumentException>().WithMessage("*SocketDialer*StreamDialer*");
    }

    private static T Await<T>(ManualResetEventSlim release, T result)
    {
        release.Wait(Soon);
        return result;
    }

    private static Socket Dial(int port)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
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

    private static WebSocketConnectException Refused(Action<WebSocketClientOptions> configure) =>
        TestClient.FailureOf(() => TestClient.Connect(new Uri("ws://127.0.0.1/"), configure).Dispose());

    private static void ShouldWork(WebSocketClient client)
    {
        client.Send("hello");
        client.Receive(Soon).Text.Should().Be("hello");
    }
}
