using System;
using System.Data.Common;
using System.IO;
using System.Threading;
using BulkTransfer;
using Sync.WebSockets;

const string Usage =
    """
    Usage: dotnet run -c Release --project examples/BulkTransfer [-- OPTIONS]

    Makes a table, starts a server process that streams it, gets it over a connection that may be cut at any time, and
    compares both tables.

      --rows N         rows of the table; default 1000000
      --batch N        rows in a message; default 10000
      --window N       batches that may be unacknowledged; default 4
      --chaos [CUTS]   cuts the connection so many times, default 100: by FIN, reset, or silence
      --seed N         cuts it in the same way again
      --postgres TEXT  makes and reads the table in PostgreSQL instead of SQLite; the text is a connection string of Npgsql

    Exit codes: 0 both tables are the same, 1 they are not, or the transfer failed, 2 wrong call, 130 Ctrl-C.
    """;
const int Interrupted = 130;

if (args is ["--help" or "-h"])
{
    Console.WriteLine(Usage);
    return 0;
}

bool isServer = args is [ServerProcess.Verb, ..];
if (Settings.Parse(isServer ? args[1..] : args) is not { } settings)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

CancellationTokenSource ctrlC = new();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true; // The files are deleted first; and the server ends when this process does.
    ctrlC.Cancel();
};

try
{
    if (!isServer)
        return Rehearsal.Run(settings, ctrlC.Token) ? 0 : 1;
    ServerProcess.Serve(settings);
    return 0;
}
catch (Exception e) when (ctrlC.IsCancellationRequested && e is OperationCanceledException or WebSocketClosedException)
{
    return Interrupted;
}
catch (Exception e) when (e is IOException or TimeoutException or DbException) // WebSocketClientException is an IOException.
{
    Console.Error.WriteLine("bulk transfer: " + e.Message);
    return 1;
}
