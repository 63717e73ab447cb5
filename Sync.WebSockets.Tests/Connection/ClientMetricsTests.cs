using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
public sealed class ClientMetricsTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Test]
    public void Meter_counts_connections_messages_bytes_and_round_trips()
    {
        var sums = new Dictionary<string, double>(StringComparer.Ordinal);
        using MeterListener listener = Listen(sums);
        using ScriptedServer server = TestServer.Echo();
        using (WebSocketClient client = TestClient.Connect(server))
        {
            Wait.Until(() => Sum(sums, "sync.websockets.connections.open") == 1, "it is counted as open");
            client.Send("12345");
            client.Receive(Soon);
            client.Ping(Soon);
        }
        using var refusing = new ScriptedServer(connection =>
        {
            connection.ReadRequest();
            connection.SendAscii("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
        });
        TestClient.FailureOf(() => TestClient.Connect(refusing).Dispose());

        Wait.Until(() => Sum(sums, "sync.websockets.connections.open") == 0, "it is counted as closed");
        Sum(sums, "sync.websockets.messages.sent").Should().Be(1);
        Sum(sums, "sync.websockets.messages.received").Should().Be(1);
        Sum(sums, "sync.websockets.payload.sent").Should().Be(5);
        Sum(sums, "sync.websockets.payload.received").Should().Be(5);
        Sum(sums, "sync.websockets.connections.closed cause=LocalClose").Should().Be(1);
        Sum(sums, "sync.websockets.connects.failed stage=Handshake").Should().Be(1);
        Sum(sums, "sync.websockets.ping.duration").Should().BePositive();
    }

    [Test]
    public void Statistics_add_up()
    {
        using ScriptedServer server = TestServer.Start(tls: false, connection =>
        {
            connection.Upgrade();
            connection.SendPing([1]);
            // While somebody else has the gate only the newest ping would need an answer.
            connection.ReadFrame();
            connection.SendPing([2]);
            connection.EchoUntilClosed();
        });
        using WebSocketClient client = TestClient.Connect(server);
        // Before anything else is sent.
        Wait.Until(() => client.GetStatistics().PongsSent == 2, "both pings are answered");
        client.Send("12345");
        client.Send(new byte[100_000]);
        client.Receive(Soon);
        client.Receive(Soon);
        client.Ping(Soon);
        client.Pong();
        client.Close();

        WebSocketStatistics statistics = client.GetStatistics();

        statistics.MessagesSent.Should().Be(2);
        statistics.MessagesReceived.Should().Be(2);
        statistics.PayloadBytesSent.Should().Be(100_005);
        statistics.PayloadBytesReceived.Should().Be(100_005);
        statistics.PingsSent.Should().Be(1);
        statistics.PongsReceived.Should().Be(1);
        statistics.PingsReceived.Should().Be(2);
        statistics.PongsSent.Should().Be(3, "two answers and one unasked for");
        statistics.Latency.Should().Be(client.Latency);
        statistics.Age.Should().BePositive();

        // Behind the head: two messages (6 and 14 bytes of header), the ping, three pongs, the Close; unmasked the other way.
        int sent = 6 + 5 + 14 + 100_000 + 6 + 8 + 7 + 7 + 6 + 6 + 2;
        int received = 2 + 5 + 10 + 100_000 + 2 + 8 + 3 + 3 + 2 + 2;
        statistics.WireBytesSent.Should().BeGreaterThan(sent).And.BeLessThan(sent + 1000);
        statistics.WireBytesReceived.Should().BeGreaterThan(received).And.BeLessThan(received + 1000);
    }

    private static double Sum(Dictionary<string, double> sums, string name)
    {
        lock (sums)
            return sums.TryGetValue(name, out double sum) ? sum : 0;
    }

    private static MeterListener Listen(Dictionary<string, double> sums)
    {
        void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (KeyValuePair<string, object?> tag in tags)
                name += " " + tag.Key + "=" + tag.Value;
            lock (sums)
                sums[name] = (sums.TryGetValue(name, out double sum) ? sum : 0) + value;
        }

        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Sync.WebSockets")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.Start();
        return listener;
    }
}
