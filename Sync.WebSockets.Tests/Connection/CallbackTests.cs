using System;
using System.Diagnostics.Metrics;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

/// <summary>Every callback that a program can give calls back into the client, on whatever thread it runs.</summary>
[TestFixture]
[NonParallelizable]
[Category("R8")]
public sealed class CallbackTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    // What it does not say by itself: CloseTimeout is a second.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1.5);

    private static readonly (string Name, Action<WebSocketClient> Call)[] Calls =
    [
        ("Close", client => client.Close()),
        ("Dispose", client => client.Dispose()),
        ("Abort", client => client.Abort()),
        ("Send", client => client.Send("from the callback")),
        ("Pong", client => client.Pong()),
        ("Receive", client => client.Receive()),
        ("TryReceive", client => client.TryReceive(Timeout.InfiniteTimeSpan, out _)),
        ("Receive into a buffer", client => client.Receive(new byte[100], out _, Timeout.InfiniteTimeSpan)),
        ("Ping", client => client.Ping()),
        ("WaitForClose", client => client.WaitForClose(Timeout.InfiniteTimeSpan)),
    ];

    // Those that wait for what only the reading thread can bring.
    private const int FirstThatWaits = 5;

    [Test]
    public void Logger_on_the_reading_thread_never_waits_for_itself([Range(0, 9)] int call)
    {
        WebSocketClient? client = null;
        Thread? caller = null;
        Exception? thrown = null;
        TimeSpan? elapsed = null;
        using var log = new RecordingLoggerFactory(onEntry: entry =>
        {
            if (entry.Event == "FrameReceived" && Thread.CurrentThread != caller && elapsed is null)
                elapsed = Elapsed.Of(() => thrown = Catch(() => Calls[call].Call(client!)));
        });
        using ScriptedServer server = TestServer.Echo();
        using (client = TestClient.Connect(server, options => options.LoggerFactory = log))
        {
            caller = Thread.CurrentThread;
            client.Send("hello");
            Wait.Until(() => elapsed is not null, "the call in the logger has returned");

            ShouldBeDocumented(client, call, thrown, elapsed!.Value);
        }
    }

    [Test]
    public void Listener_of_metrics_on_the_reading_thread_never_waits_for_itself([Range(0, 9)] int call)
    {
        Exception? thrown = null;
        TimeSpan? elapsed = null;
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "sync.websockets.messages.received")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => elapsed ??= Elapsed.Of(() => thrown = Catch(() => Calls[call].Call(client))));
        listener.Start();

        client.Send("hello");
        Wait.Until(() => elapsed is not null, "the call in the listener has returned");

        ShouldBeDocumented(client, call, thrown, elapsed!.Value);
    }

    [Test]
    public void Registration_of_a_token_may_call_the_client_whose_Receive_waits_with_that_token([Range(0, 4)] int call, [Values] bool before)
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        using var cancellation = new CancellationTokenSource();
        Exception? thrown = null;
        void Register() => cancellation.Token.Register(() => thrown = Catch(() => Calls[call].Call(client)));
        if (before)
            Register();
        Exception? end = null;
        BackgroundRun receiver = Run.InBackground(() => end = Catch(() => client.Receive(Timeout.InfiniteTimeSpan, cancellation.Token)));
        Wait.Until(() => receiver.IsWaiting, "it waits in Receive");
        if (!before)
            Register();

        Elapsed.Of(cancellation.Cancel).Should().BeBelow(Bound);

        // Registrations run from the last to the first, so Receive may see the end or an echo before its own token.
        if (!receiver.EndsWithin(Bound))
            Assert.Fail("Receive did not come back.");
        receiver.Join();
        thrown.Should().BeNull();
        if (end is not null)
            end.Should().Match(e => e is OperationCanceledException || (e is WebSocketClosedException && call < 3));
    }

    [Test]
    public void Certificate_callback_may_cancel_its_own_Connect_and_go_on()
    {
        using ScriptedServer server = TestServer.Start(tls: true, _ => { });
        using var cancellation = new CancellationTokenSource();
        using var returned = new ManualResetEventSlim();
        bool waited = false;
        WebSocketClientOptions options = TestClient.Options(o => o.RemoteCertificateValidationCallback = (_, _, _, _) =>
        {
            cancellation.Cancel();
            waited = returned.Wait(Soon);
            return true;
        });

        TimeSpan elapsed = Elapsed.Of(() =>
        {
            Action connect = () => WebSocketClient.Connect(server.Uri, options, cancellation.Token).Dispose();
            connect.Should().Throw<OperationCanceledException>();
        });
        returned.Set();

        elapsed.Should().BeBelow(Bound);
        Resources.WaitForLibraryThreads();
        waited.Should().BeTrue("Connect does not wait for a callback");
    }

    private static void ShouldBeDocumented(WebSocketClient client, int call, Exception? thrown, TimeSpan elapsed)
    {
        elapsed.Should().BeBelow(Bound, Calls[call].Name);
        if (call < FirstThatWaits)
            thrown.Should().BeNull();
        else
            thrown.Should().BeOfType<InvalidOperationException>().Which.Message.Should().Contain("reading thread");
        if (call < 3)
        {
            client.WaitForClose(Bound).Should().BeTrue(Calls[call].Name);
            return;
        }
        client.Receive(Soon).Text.Should().Be("hello");
        client.Ping(Soon).Should().BePositive();
    }

    private static Exception? Catch(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
