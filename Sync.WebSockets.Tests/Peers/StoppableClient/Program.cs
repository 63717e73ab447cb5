// A client in a process of its own, for tests that stop it. Argument: URL. It prints each message with the time
// of the wall clock, and at last why the connection ended.
using System;
using Sync.WebSockets;

WebSocketClientOptions options = new() { PingInterval = TimeSpan.FromSeconds(1), PingTimeout = TimeSpan.FromSeconds(1) };
using WebSocketClient client = WebSocketClient.Connect(args[0], options);
try
{
    while (true)
        Console.WriteLine(FormattableString.Invariant($"{client.Receive().Text}, {TimeProvider.System.GetUtcNow():s}"));
}
catch (WebSocketClosedException e)
{
    Console.WriteLine(e.Cause);
}
