using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
[Category("R17")]
public sealed class InterruptTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Test]
    public void Interrupted_Receive_throws_and_the_next_one_gets_the_message()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient client = TestClient.Connect(server);
        Exception? thrown = null;
        Thread receiver = Start(() => thrown = Catch(() => client.Receive()));
        Wait.Until(() => receiver.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "it is blocked in Receive");

        receiver.Interrupt();

        receiver.Join(Soon).Should().BeTrue();
        thrown.Should().BeOfType<ThreadInterruptedException>();
        client.Send("kept");
        client.Receive(Soon).Text.Should().Be("kept");
    }

    // On Mono an interrupt that meets the end of a wait strikes anywhere behind it, be it in the program's own code: what has just been
    // received is lost then, and nothing can be done about it. So there no message is under way when it comes.
    [TestCase(1, false)]
    [TestCase(3, false)]
#if NET
    [TestCase(1, true)]
    [TestCase(3, true)]
#endif
    public void Interrupts_at_any_moment_lose_no_message(int receivers, bool tls)
    {
        int messages = Machine.IsMono ? 500 : 3000;
        object apart = new();
        bool done = false;
        var received = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            for (int i = 0; i < messages; i++)
            {
                lock (Machine.IsMono ? apart : new object())
                {
                    connection.SendText(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    if (Machine.IsMono)
                        SpinWait.SpinUntil(() => received.Count > i, Soon);
                }
                if (i % 10 == 0)
                    connection.Pause(TimeSpan.FromMilliseconds(1));
            }
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server);

        void Keep(WebSocketMessage message)
        {
            // An interrupt that hits here must not lose it either.
            while (!received.ContainsKey(message.Text))
                Catch(() => received.TryAdd(message.Text, value: true));
        }

        Thread[] threads = [.. Enumerable.Range(0, receivers).Select(_ => Start(() =>
        {
            while (!Volatile.Read(ref done) && Catch(() => Keep(client.Receive(TimeSpan.FromSeconds(20)))) is null or ThreadInterruptedException)
            {
            }
        }))];

        Wait.Until(
            () =>
            {
                lock (apart)
                    Array.ForEach(threads, thread => thread.Interrupt());
                return received.Count == messages || threads.All(thread => !thread.IsAlive);
            },
            "all messages were received",
            TimeSpan.FromSeconds(60));

        received.Should().HaveCount(messages);
        // Those that wait for one more.
        Volatile.Write(ref done, true);
        Array.ForEach(threads, thread => thread.Interrupt());
        Array.ForEach(threads, thread => thread.Join(Soon).Should().BeTrue());
    }

    [Test]
    public void Send_interrupted_while_it_waits_for_its_turn_sends_nothing_and_the_link_lives()
    {
        using var read = new ManualResetEventSlim();
        byte[] large = Traffic.Bytes(32 << 20, seed: 1);
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.ReadFrame();
            connection.SendText("sending");
            connection.WaitForTest(read);
            ServerFrame? frame = connection.ReadFrame();
            while (frame is { Fin: false })
                frame = connection.ReadFrame();
            connection.ReadMessage()!.Text.Should().Be("next");
            connection.ReadUntilClose();
        });
        using WebSocketClient client = TestClient.Connect(server);
        BackgroundRun holder = Run.InBackground(() => client.Send(large));
        client.Receive(Soon);
        Exception? thrown = null;
        Thread sender = Start(() => thrown = Catch(() => client.Send("interrupted")));
        Wait.Until(() => sender.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "it waits for its turn");

        sender.Interrupt();

        sender.Join(Soon).Should().BeTrue();
        thrown.Should().BeOfType<ThreadInterruptedException>();
        read.Set();
        holder.Join();
        client.Send("next");
        client.State.Should().Be(WebSocketState.Open);
        client.Close();
        server.Join();
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Interrupt_in_a_stuck_Send_never_leaves_a_torn_message_on_a_living_link(bool tls)
    {
        using var read = new ManualResetEventSlim();
        byte[] large = Traffic.Bytes(32 << 20, seed: 2);
        bool? whole = null;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.WaitForTest(read);
            try
            {
                whole = connection.ReadMessage() is { Opcode: Op.Binary } message && message.Payload.AsSpan().SequenceEqual(large);
            }
            catch (Exception e) when (ServerStream.IsLoss(e))
            {
                whole = false;
            }
        });
        using WebSocketClient client = TestClient.Connect(server);
        Exception? thrown = null;
        Thread sender = Start(() => thrown = Catch(() => client.Send(large)));
        client.Invoking(c => c.Ping(TimeSpan.FromMilliseconds(300))).Should().Throw<TimeoutException>("the gate is held");

        sender.Interrupt();
        client.WaitForClose(TimeSpan.FromMilliseconds(300));
        read.Set();

        sender.Join(Soon).Should().BeTrue();
        server.Join();
        whole.Should().Be(thrown is null);
        if (thrown is null)
            return;
        client.State.Should().Be(WebSocketState.Aborted);
        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.Aborted);
    }

    [TestCase("Abort")]
    [TestCase("Dispose")]
    public void Thread_that_an_interrupt_waits_for_still_cuts_the_connection_and_its_handle_is_closed(string end)
    {
#if NET
        const int rounds = 300;
#else
        const int rounds = 30;
#endif
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.WaitForDisconnect();
        });
        TestClient.Connect(server).Dispose();
        int? handles = Resources.FileHandles;
        int struck = 0;
        for (int i = 0; i < rounds; i++)
        {
            WebSocketClient client = TestClient.Connect(server, options => options.CloseTimeout = TimeSpan.FromMilliseconds(1));
            Thread.CurrentThread.Interrupt();
            Exception? thrown = Catch(end == "Abort" ? client.Abort : client.Dispose);
            struck += PendingInterrupt.Take() ? 1 : 0;
            thrown.Should().BeNull("round {0}", i);
            client.WaitForClose(Soon).Should().BeTrue();
            client.Dispose();
        }

        struck.Should().Be(rounds, "an interrupt is put off, not lost");
        server.Join();
        if (handles is not null)
            Wait.Until(() => Resources.FileHandles <= handles + 10, "the handles of the sockets are closed");
    }

    private static Thread Start(Action action)
    {
        var thread = new Thread(() => action()) { IsBackground = true, Name = "test, to be interrupted" };
        thread.Start();
        return thread;
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
