using System;
using System.Diagnostics;
using System.Linq;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets;

namespace Echo;

/// <summary>A connection from its opening to its close, on one thread.</summary>
internal static class Tour
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public static void Run(CancellationToken ctrlC)
    {
        using EchoServer server = new();
        Console.WriteLine($"An echo server listens at {server.Uri}");

        WebSocketClientOptions options = new()
        {
            PingInterval = TimeSpan.FromMilliseconds(200), // The default, 20 s, is too long to watch.
            CloseTimeout = TimeSpan.FromSeconds(1),
        };
        using WebSocketClient client = WebSocketClient.Connect(server.Uri, options, ctrlC);
        using CancellationTokenRegistration goodbye =
            ctrlC.Register(() => client.Close(WebSocketCloseStatus.EndpointUnavailable, "interrupted"));
        Console.WriteLine($"Connected from {client.LocalEndPoint}; the server answered {client.Response}");

        Exchange(client);
        Idle(client);

        client.Close(WebSocketCloseStatus.NormalClosure, "that was all");
        Console.WriteLine($"Closed: {(int?)client.CloseStatus} {client.CloseStatus}, \"{client.CloseStatusDescription}\"");
    }

    private static void Exchange(WebSocketClient client)
    {
        foreach (string text in (string[])["Hello!", "\u4f60\u597d", string.Empty])
        {
            TimeSpan took = RoundTrip(() => client.Send(text), client, out WebSocketMessage reply);
            Console.WriteLine($"  text    {"\"" + reply.Text + "\"",16}  came back after {took.TotalMilliseconds:0.00} ms");
        }

        foreach (int size in (int[])[3, 1_000_000])
        {
            byte[] data = new byte[size];
            new Random(size).NextBytes(data);
            TimeSpan took = RoundTrip(() => client.Send(data), client, out WebSocketMessage reply);
            string verdict = reply.Data.SequenceEqual(data) ? "came back" : "came back CHANGED";
            Console.WriteLine($"  binary  {reply.Data.Length,10} bytes  {verdict} after {took.TotalMilliseconds:0.00} ms");
        }
    }

    private static TimeSpan RoundTrip(Action send, WebSocketClient client, out WebSocketMessage reply)
    {
        Stopwatch watch = Stopwatch.StartNew();
        send();
        reply = client.Receive(Longest);
        return watch.Elapsed;
    }

    // The program waits for a message that does not come. Meanwhile the library's own threads ping, and answer the server's pings.
    private static void Idle(WebSocketClient client)
    {
        Console.WriteLine("Nothing to say for a while:");
        while (client.GetStatistics().PongsReceived < 3)
            client.TryReceive(TimeSpan.FromMilliseconds(50), out _);

        WebSocketStatistics statistics = client.GetStatistics();
        Console.WriteLine($"  pings   {statistics.PingsSent} sent, {statistics.PongsReceived} answered by the server; latency {statistics.Latency?.TotalMilliseconds:0.00} ms");
        Console.WriteLine($"          {statistics.PingsReceived} received, {statistics.PongsSent} answered by us");
        Console.WriteLine($"  a ping on request took {client.Ping(Longest).TotalMilliseconds:0.00} ms");
        Console.WriteLine($"In {statistics.Age.TotalSeconds:0.0} s {statistics.MessagesSent} messages were sent, and {statistics.MessagesReceived} came.");
    }
}
