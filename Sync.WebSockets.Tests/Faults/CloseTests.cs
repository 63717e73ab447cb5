using System;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

/// <summary>What can keep a Close from its end, in every combination: each takes one second at most.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R5")]
public sealed class CloseTests
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Bound = CloseTimeout + TimeSpan.FromMilliseconds(250);
    private static readonly bool[] NoAndYes = [false, true];
    private static readonly byte[] Large = new byte[16 << 20];

    [Test]
    public void Close_obeys_its_bound_however_the_server_hinders_it([Values] bool tls) =>
        InEveryCombination(tls, client => client.Close());

    [Test]
    public void Dispose_obeys_its_bound_however_the_server_hinders_it([Values] bool tls) =>
        InEveryCombination(tls, client => client.Dispose());

    private static void InEveryCombination(bool tls, Action<WebSocketClient> end)
    {
        Action[] ends =
        [
            .. from answers in NoAndYes
               from closesTcp in NoAndYes
               from full in NoAndYes
               from stuck in NoAndYes
               where !((answers || closesTcp) && stuck) // Behind a stuck message no Close arrives.
               select (Action)(() => EndsInTime(tls, answers, closesTcp, full, stuck, end)),
        ];
        // Mono reads TLS on threads of the pool, at both ends, and gives out few of them in a second.
        if (tls && Machine.IsMono)
            Array.ForEach(ends, combination => combination());
        else
            Run.Together(ends);
    }

    private static void EndsInTime(bool tls, bool answers, bool closesTcp, bool inboxFull, bool senderStuck, Action<WebSocketClient> end)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            for (int i = 0; inboxFull && i < 100; i++)
                connection.SendBinary(new byte[1000]);
            if (answers)
                connection.ReadUntilClose();
            else if (closesTcp)
                connection.ReadMessage()!.Opcode.Should().Be(Op.Close);
            if (!closesTcp)
                connection.FallSilent();
        });
        using var proxy = new FaultProxy(server.Uri, bufferSize: 8 * 1024);
        using WebSocketClient client = TestClient.Connect(proxy.Uri, options =>
        {
            options.CloseTimeout = CloseTimeout;
            options.ReceiveQueueBytes = 1000;
        });
        if (inboxFull)
            Wait.Until(() => client.GetStatistics().MessagesReceived > 0, "the inbox is full");
        BackgroundRun? sender = senderStuck ? StickASender(proxy, client) : null;

        TimeSpan elapsed = Elapsed.Of(() => end(client));

        elapsed.Should().BeBelow(Bound, "answers: {0}, closes TCP: {1}, full: {2}, stuck: {3}", answers, closesTcp, inboxFull, senderStuck);
        client.State.Should().Be(WebSocketState.Closed);
        client.CloseStatus.Should().Be(answers ? WebSocketCloseStatus.NormalClosure : null);
        sender?.Join();
    }

    private static BackgroundRun StickASender(FaultProxy proxy, WebSocketClient client)
    {
        proxy.ToServer.Hold();
        BackgroundRun sender = Run.InBackground(() =>
            TestClient.EndOf(() => client.Send(Large)).Cause.Should().Be(WebSocketCloseCause.LocalClose));
        TestClient.WaitUntilSendIsStuck(client, afterBytes: 8 * 1024);
        return sender;
    }
}
