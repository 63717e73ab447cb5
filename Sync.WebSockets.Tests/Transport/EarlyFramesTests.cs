using System;
using System.Net.WebSockets;
using System.Text;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
public sealed class EarlyFramesTests
{
    // Text "hi", binary 01 02 03, ping "p", Close 1001 "bye".
    private static readonly byte[] Frames = Hex.Bytes("8102 6869  8203 010203  8901 70  8805 03e9 627965");

    [TestCase(false)]
    [TestCase(true)]
    [Category("H14")]
    public void Frames_behind_the_101_are_delivered_at_every_split_point(bool tls)
    {
        int split = 0;
        using ScriptedServer server = TestServer.Start(tls, connection => Serve(connection, split));

        for (int length = 1; split < length; split++)
        {
            using WebSocketClient client = TestClient.Connect(server);
            length = AnswerLength;

            client.Receive(TimeSpan.FromSeconds(10)).Text.Should().Be("hi", "split at {0}", split);
            client.Receive(TimeSpan.FromSeconds(10)).Data.Should().Equal(1, 2, 3);
            WebSocketClosedException end = TestClient.EndOf(() => client.Receive(TimeSpan.FromSeconds(10)));
            end.Cause.Should().Be(WebSocketCloseCause.RemoteClose);
            end.CloseStatus.Should().Be(WebSocketCloseStatus.EndpointUnavailable);
            end.CloseStatusDescription.Should().Be("bye");
            client.WaitForClose(TimeSpan.FromSeconds(10)).Should().BeTrue();
            server.Join();
        }
    }

    [Test]
    public void Many_frames_behind_the_101_are_delivered_in_order()
    {
        using var server = new ScriptedServer(connection =>
        {
            byte[] frames = new byte[3 * 20_000];
            for (int i = 0; i < 20_000; i++)
                new byte[] { 0x82, 1, (byte)i }.CopyTo(frames, 3 * i);
            connection.SendRaw([.. Answer(connection.ReadRequest()), .. frames]);
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server);

        for (int i = 0; i < 20_000; i++)
            client.Receive(TimeSpan.FromSeconds(10)).Data[0].Should().Be((byte)i);
    }

    private static int AnswerLength => Head("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=").Length + Frames.Length;

    private static void Serve(ServerConnection connection, int split)
    {
        byte[] all = [.. Answer(connection.ReadRequest()), .. Frames];
        connection.SendRaw(all.AsSpan(0, split).ToArray());
        connection.Pause(TimeSpan.FromMilliseconds(1));
        connection.SendRaw(all.AsSpan(split).ToArray());

        ServerFrame pong = connection.ReadFrame()!;
        pong.Opcode.Should().Be(Op.Pong);
        pong.Text.Should().Be("p");
        connection.ReadFrame()!.CloseCode.Should().Be(1001);
    }

    private static byte[] Answer(ServerRequest request) =>
        Encoding.ASCII.GetBytes(Head(ServerConnection.AcceptFor(request["Sec-WebSocket-Key"]!)));

    private static string Head(string accept) =>
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n";
}
