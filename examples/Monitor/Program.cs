using System;
using System.IO;
using System.Threading;
using FeedMonitor;
using Sync.WebSockets;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

CancellationTokenSource ctrlC = new();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true; // This program ends itself, once it has closed the connection and written the picture.
    ctrlC.Cancel();
};

try
{
    Session.Run(CommandLine.Parse(args), ctrlC.Token);
    return 0;
}
catch (WebSocketClientException e) // The server refused for good; every other failure is one of the things to show.
{
    Console.Error.WriteLine("monitor: " + e.Message);
    return 1;
}
catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException) // A URL that is none, a file that cannot be written.
{
    Console.Error.WriteLine("monitor: " + e.Message);
    return 2;
}
