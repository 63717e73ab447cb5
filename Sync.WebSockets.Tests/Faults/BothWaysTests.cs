using System;
using System.Diagnostics;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Faults;

[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R6")]
public sealed class BothWaysTests
{
    private const int MessageSize = 1 << 20;
    private const int Messages = 50;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>
    /// With small buffers each peer is stuck in its writes as soon as the other one does not read: a reader that waited for
    /// a writer, to answer a ping, would never be freed.
    /// </summary>
    [Test]
    public void Much_data_and_pings_in_both_directions_at_once_arrive([Values] bool tls, [Values(null, 8 * 1024)] int? buffers)
    {
        byte[] message = Traffic.Bytes(MessageSize, seed: 1);
        int pongs = 0;
        ScriptedServerOptions sizes = new()
        {
            Certificate = tls ? TestCertificates.Localhost : null,
            ReceiveBufferSize = buffers,
            SendBufferSize = buffers,
        };
        using var server = new ScriptedServer(
            connection =>
            {
                connection.Upgrade();
                BackgroundRun sender = Run.InBackground(() =>
                {
                    for (int i = 0; i < Messages; i++)
                    {
                        connection.SendPing([(byte)i]);
                        connection.SendBinary(message);
                    }
                });
                pongs = ReadAll(connection, message);
                sender.Join(Longest);
                connection.ReadUntilClose();
            },
            sizes);
        using WebSocketClient client = TestClient.Connect(server, options =>
        {
            options.PingInterval = TimeSpan.FromMilliseconds(50);
            options.CloseTimeout = TimeSpan.FromSeconds(10);
            options.SendBufferSize = options.ReceiveBufferSize = buffers;
        });
        var watch = Stopwatch.StartNew();
        BackgroundRun sender = Run.InBackground(() =>
        {
            for (int i = 0; i < Messages; i++)
                client.Send(message);
        });

        for (int i = 0; i < Messages; i++)
            client.Receive(Longest).Data.AsSpan().SequenceEqual(message).Should().BeTrue();
        sender.Join(Longest);
        TestContext.Out.WriteLine($"{Messages} MiB each way took {watch.Elapsed}.");

        client.Close();
        server.Join();
        pongs.Should().BePositive("the server's pings were answered meanwhile");
        client.GetStatistics().PongsReceived.Should().BePositive("and ours");
    }

    /// <summary>Reads what the client sends, answers its pings, and counts its pongs.</summary>
    private static int ReadAll(ServerConnection connection, byte[] message)
    {
        int pongs = 0;
        int offset = 0;
        for (int whole = 0; whole < Messages;)
        {
            ServerFrame frame = connection.ReadFrame()!;
            if (frame.Opcode == Op.Ping)
                connection.SendPong(frame.Payload);
            if (frame.Opcode == Op.Pong)
                pongs++;
            if (frame.IsControl)
                continue;

            message.AsSpan(offset, frame.Payload.Length).SequenceEqual(frame.Payload).Should().BeTrue();
            offset = frame.Fin ? 0 : offset + frame.Payload.Length;
            whole += frame.Fin ? 1 : 0;
        }

        return pongs;
    }
}
