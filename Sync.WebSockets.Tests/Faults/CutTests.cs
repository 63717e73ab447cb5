using System;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R4")]
public sealed class CutTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    // The frame that is cut has a header of four bytes; under TLS the cut falls into the header or the body of its record.
    private static readonly int[] Cuts = [0, 1, 2, 3, 4, 5, 100, 303];

    [Test]
    public void Cut_inside_a_frame_is_a_network_error_and_whole_messages_before_it_are_delivered([Values] bool tls, [Values] bool reset) =>
        Run.Together(Cuts.Select<int, Action>(cut => () => CutIsANetworkError(tls, cut, reset ? LaneEnd.Reset : LaneEnd.Fin)));

    [Test]
    public void Reset_between_frames_is_found_by_the_reader_and_frees_a_stuck_Send() =>
        Run.Together(new[] { false, true }.Select<bool, Action>(tls => () => ResetFreesSend(tls)));

    private static void CutIsANetworkError(bool tls, int cut, LaneEnd end)
    {
        using var go = new ManualResetEventSlim();
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.SendText("one");
            connection.SendBinary(Traffic.Bytes(70_000, seed: 1));
            connection.WaitForTest(go);
            connection.SendText(new string('x', 300));
            connection.WaitForDisconnect();
        });
        using var proxy = new FaultProxy(server.Uri);
        using WebSocketClient client = TestClient.Connect(proxy.Uri);
        // A reset may destroy what was not read yet; so wait until it was.
        Wait.Until(() => client.GetStatistics().MessagesReceived == 2, "the messages before the cut have come");
        proxy.ToClient.EndAfter(cut, end);

        go.Set();

        Wait.Until(() => client.State == WebSocketState.Closed, "the reader has found out, without a Send");
        client.Receive(Soon).Text.Should().Be("one");
        client.Receive(Soon).Data.Should().Equal(Traffic.Bytes(70_000, seed: 1));
        WebSocketClosedException closed = TestClient.EndOf(() => client.Receive(Soon));
        closed.Cause.Should().Be(WebSocketCloseCause.NetworkError);
        closed.ReceivedClose.Should().BeNull();
        if (end == LaneEnd.Reset)
            closed.InnerException.Should().NotBeNull("a reset throws; a FIN need not");
        TestClient.EndOf(() => client.Send("x")).Cause.Should().Be(WebSocketCloseCause.NetworkError);
    }

    private static void ResetFreesSend(bool tls)
    {
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            connection.Upgrade();
            connection.WaitForDisconnect();
        });
        using var proxy = new FaultProxy(server.Uri, bufferSize: 8 * 1024);
        using WebSocketClient client = TestClient.Connect(proxy.Uri);
        proxy.ToServer.HoldAfter(100_000);
        BackgroundRun sender = Run.InBackground(() =>
            TestClient.EndOf(() => client.Send(new byte[8 << 20])).Cause.Should().Be(WebSocketCloseCause.NetworkError));
        TestClient.WaitUntilSendIsStuck(client);

        proxy.Reset();

        TestClient.EndOf(() => client.Receive(Soon)).Cause.Should().Be(WebSocketCloseCause.NetworkError);
        sender.Join();
    }
}
