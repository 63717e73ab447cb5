using System;
using Conformance;
using Sync.WebSockets;

const string Usage =
    """
    Usage: dotnet run --project examples/Conformance -- URL [AGENT]

    Runs all cases of a conformance server, such as a fuzzing server of the Autobahn test suite, against this client,
    and has it write its report under the name AGENT (Sync.WebSockets by default). The verdicts are in that report.

    Exit codes: 0 all cases were run, 1 the server could not be reached or does not speak the protocol, 2 wrong call.
    """;

switch (args)
{
    case ["--help" or "-h"]:
        Console.WriteLine(Usage);
        return 0;
    case [var url, .. { Length: <= 1 } agent] when Uri.TryCreate(url, UriKind.Absolute, out Uri? server) && !url.StartsWith('-'):
        return RunAll(new FuzzingServer(server, agent is [var name] ? name : "Sync.WebSockets"));
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

static int RunAll(FuzzingServer server)
{
    try
    {
        int count = server.CountCases();
        for (int number = 1; number <= count; number++)
            Console.WriteLine($"{number}/{count}: {server.RunCase(number).Message}");
        server.UpdateReports();
        Console.WriteLine($"All {count} cases were run; the server has written its report.");
        return 0;
    }
    catch (ArgumentException e) // A URL of another scheme.
    {
        Console.Error.WriteLine("conformance: " + e.Message);
        return 2;
    }
    catch (Exception e) when (e is WebSocketClientException or TimeoutException or FormatException or InvalidOperationException)
    {
        Console.Error.WriteLine("conformance: " + e.Message);
        return 1;
    }
}
