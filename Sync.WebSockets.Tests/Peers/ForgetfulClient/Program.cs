// A program that comes to its end without closing its client, for tests that see whether it ends at all. Arguments: URL, and what
// becomes of the client: it is "lost", "held", blocked in a "receive", or has a heartbeat "policy" that does not come back.
using System;
using System.Threading;

namespace Sync.WebSockets;

internal static class Program
{
    private static readonly ManualResetEventSlim Stepped = new();
    private static readonly ManualResetEventSlim Never = new();

#pragma warning disable IDE0052 // Held, and no more.
    private static WebSocketClient? _held;
#pragma warning restore IDE0052

    private static void Main(string[] arguments)
    {
        WebSocketClientOptions options = new()
        {
            PingInterval = TimeSpan.FromMilliseconds(50),
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        };
        if (arguments[1] == "policy")
            options.HeartbeatPolicy = () => new StuckPolicy(Stepped, Never);
        WebSocketClient client = WebSocketClient.Connect(arguments[0], options);
        // Time for a few pings, so that whatever thread they take has started.
        client.WaitForClose(TimeSpan.FromMilliseconds(300));
        if (arguments[1] != "lost")
            _held = client;
        if (arguments[1] == "receive")
            new Thread(() => client.Receive()) { IsBackground = true }.Start();
        if (arguments[1] == "policy")
            Stepped.Wait();
        Console.WriteLine("The end of Main.");
    }
}
