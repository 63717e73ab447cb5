using System;
using System.Threading;
using Echo;
using Sync.WebSockets;

const string Usage =
    """
    Usage: dotnet run --project examples/Echo [-- URL]

    Without a URL: starts an echo server in this process, shows a connection to it, and ends.
    With a URL (ws://... or wss://...): sends each line of the standard input to that server, and prints what it
    sends. The end of the input closes the connection.

    Ctrl-C closes the connection with 1001 (going away).

    Exit codes: 0 closed normally, 1 not connected or connection lost, 2 wrong call, 130 Ctrl-C.
    """;
const int Interrupted = 130;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(Usage);
    return 0;
}

CancellationTokenSource ctrlC = new();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true; // This program ends itself, once it has said goodbye to the server.
    ctrlC.Cancel();
};

try
{
    switch (args)
    {
        case []:
            Tour.Run(ctrlC.Token);
            break;
        case [var url] when !url.StartsWith('-'):
            Conversation.Run(url, ctrlC.Token);
            break;
        default:
            Console.Error.WriteLine(Usage);
            return 2;
    }
    return ctrlC.IsCancellationRequested ? Interrupted : 0;
}
catch (Exception e) when (ctrlC.IsCancellationRequested && e is OperationCanceledException or WebSocketClosedException { Cause: WebSocketCloseCause.LocalClose })
{
    return Interrupted;
}
catch (WebSocketClientException e) // The base of both: could not connect, connection ended.
{
    Console.Error.WriteLine("echo: " + e.Message);
    return 1;
}
catch (ArgumentException e) // A URL that is none.
{
    Console.Error.WriteLine("echo: " + e.Message);
    return 2;
}
