#if NET
using System;
using System.Buffers;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Speed;

/// <summary>
/// What a call costs once a connection has run for a while, in bytes allocated: by the whole process, so by the reader thread as well, while
/// the server allocates nothing. Counts, since times say little on a machine that does something else.
/// </summary>
[TestFixture]
[NonParallelizable]
internal sealed class SteadyStateTests
{
    private const int WarmUp = 3000;
    private const int Times = 7000;
    private const int Rounds = 3;
    private const int Size = 64;

    // The head of an array, and its length.
    private const int ArrayHead = 24;

    // Less than the smallest object for each time; something else goes on in the process, too, such as telling of earlier tests: so the best
    // round counts. What a call allocates, it allocates in each.
    private const double Nothing = 16;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private static readonly byte[] Payload = Traffic.Bytes(Size, seed: 1);

    private readonly byte[] _message = [0x82, Size, .. Payload];
    private readonly ArrayBufferWriter<byte> _writer = new();

    [Test]
    public void Send_of_a_span_and_Receive_into_a_writer_allocate_nothing()
    {
        using ScriptedServer server = Server(Echo);
        using WebSocketClient client = TestClient.Connect(server);

        AllocatedBy(() =>
        {
            client.Send(Payload.AsSpan(), WebSocketMessageType.Binary);
            Take(client);
        }).Should().BeLessThan(Nothing);
    }

    [Test]
    public void Fresh_message_allocates_its_payload()
    {
        using ScriptedServer server = Server(Echo);
        using WebSocketClient client = TestClient.Connect(server);

        AllocatedBy(() =>
        {
            client.Send(Payload.AsSpan(), WebSocketMessageType.Binary);
            client.Receive(Soon);
        }).Should().BeLessThan(ArrayHead + Size + Nothing);
    }

    [Test]
    public void Pong_allocates_nothing()
    {
        byte[] ping = [0x89, 4, 1, 2, 3, 4];
        using ScriptedServer server = Server(stream =>
        {
            byte[] pong = new byte[2 + sizeof(uint) + 4];
            while (true)
            {
                stream.Write(ping);
                stream.ReadExactly(pong);
                stream.Write(_message);
            }
        });
        using WebSocketClient client = TestClient.Connect(server);

        AllocatedBy(() => Take(client)).Should().BeLessThan(Nothing);
        client.GetStatistics().PongsSent.Should().BeGreaterThan(Times);
    }

    private static double AllocatedBy(Action action)
    {
        for (int i = 0; i < WarmUp; i++)
            action();
        return Enumerable.Range(0, Rounds).Min(_ => AllocatedInARoundOf(action));
    }

    private static double AllocatedInARoundOf(Action action)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < Times; i++)
            action();
        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Times;
    }

    private void Take(WebSocketClient client)
    {
        _writer.Clear();
        client.Receive(_writer, Soon);
    }

    private ScriptedServer Server(Action<Stream> serve) => TestServer.Start(tls: false, connection =>
    {
        connection.Upgrade();
        try
        {
            serve(connection.Stream);
        }
        catch (Exception e) when (ServerStream.IsLoss(e))
        {
            // The client has gone.
        }
    });

    // One frame of the size known to either side at a time.
    private void Echo(Stream stream)
    {
        byte[] frame = new byte[2 + sizeof(uint) + Size];
        while (true)
        {
            stream.ReadExactly(frame);
            stream.Write(_message);
        }
    }
}
#endif
