using System;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Fuzzing;

[TestFixture]
internal sealed class EchoFuzzTests
{
    private static readonly int[] Borders = [0, 125, 126, 16_383, 16_384, 65_535, 65_536];

    [TestCase(false)]
    [TestCase(true)]
    public void Random_messages_in_random_frames_come_back_as_they_were(bool tls)
    {
        Random random = new(tls ? 1 : 2);
        using ScriptedServer server = TestServer.Echo(tls);
        for (int connection = 0; connection < 5; connection++)
        {
            int frameSize = random.Next(2) == 0 ? random.Next(1024, 5000) : random.Next(1024, 300_000);
            using WebSocketClient client = TestClient.Connect(server, options => options.MaxSendFrameSize = frameSize);
            for (int i = 0; i < 40; i++)
            {
                int length = random.Next(4) == 0 ? Borders[random.Next(Borders.Length)] + random.Next(2) : random.Next(random.Next(8) == 0 ? 400_000 : 6000);
                bool isText = random.Next(2) == 0;
                byte[] payload = isText ? TextOf(length) : Traffic.Bytes(length, (ulong)random.Next());
                client.Send(payload, isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary);

                WebSocketMessage echo = client.Receive(TimeSpan.FromSeconds(10));

                echo.MessageType.Should().Be(isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary);
                echo.Data.AsSpan().SequenceEqual(payload).Should().BeTrue($"{length} bytes in frames of {frameSize} come back");
            }
        }
    }

    private static byte[] TextOf(int length) => System.Text.Encoding.UTF8.GetBytes(Traffic.Text(length / 2, (ulong)length));
}
