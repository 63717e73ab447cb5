using System;
using System.Net.WebSockets;
using System.Threading;
using Sync.WebSockets;

namespace Echo;

/// <summary>Lines of the standard input go to the server, its messages to the standard output.</summary>
internal static class Conversation
{
    // How long the next reply may take, once there is no more input.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static void Run(string url, CancellationToken ctrlC)
    {
        // A server that does not answer our Close keeps nobody longer than this.
        WebSocketClientOptions options = new() { CloseTimeout = TimeSpan.FromSeconds(1) };
        using WebSocketClient client = WebSocketClient.Connect(url, options, ctrlC);
        using CancellationTokenRegistration goodbye =
            ctrlC.Register(() => client.Close(WebSocketCloseStatus.EndpointUnavailable, "interrupted"));
        using SemaphoreSlim replies = new(0);
        Console.WriteLine($"Connected to {client.Uri}. Each line is sent as a message; the end of the input closes.");

        // Sending has a thread of its own, so that a lost connection ends the program even while nobody types.
        new Thread(() => SendLines(client, replies)) { IsBackground = true, Name = "input" }.Start();
        foreach (WebSocketMessage message in client.ReceiveAll(CancellationToken.None)) // Ctrl-C ends it, too: by closing.
        {
            Console.WriteLine(message.MessageType == WebSocketMessageType.Text ? message.Text : message.ToString());
            replies.Release();
        }

        client.Close(); // Returns at once when it is closed already; else waits until the other thread's Close is done.
        Console.WriteLine(client.CloseStatus is { } status ? $"Closed: {(int)status} {client.CloseStatusDescription}".TrimEnd() : "Closed.");
    }

    private static void SendLines(WebSocketClient client, SemaphoreSlim replies)
    {
        try
        {
            int awaited = 0;
            for (; Console.In.ReadLine() is { } line; awaited++)
                client.Send(line);

            // What comes after Close is dropped, so replies get a moment first: one for each line, if the server is so kind.
            while (awaited > 0 && replies.Wait(Patience))
                awaited--;
            client.Close();
        }
        catch (Exception e) when (e is WebSocketClosedException or ObjectDisposedException)
        {
            // The connection has ended. The receiving thread knows it, too, and says why.
        }
    }
}
