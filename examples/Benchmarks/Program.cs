using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Benchmarks;
using Benchmarks.Clients;
using Benchmarks.Micro;
using Benchmarks.Report;
using Benchmarks.Running;
using Benchmarks.Scale;
using Benchmarks.Server;

const string Usage =
    """
    Usage: dotnet run -c Release --project examples/Benchmarks [-- VERB] [OPTIONS]

    Without a verb: measures this client beside a raw socket, ClientWebSocket and, where they are installed, npm ws and
    Python websockets; prints tables, and saves them with charts. Takes about fifteen minutes.

      --only TEXT      only cases whose name holds TEXT, such as "Send" or "64 B"
      --runs N         how often each client has its turn in a case (15)
      --quick          few and short runs: to see whether it works
      --output FOLDER  where the report goes (docs/benchmarks)

    scale: many connections in one process, this client's and then ClientWebSocket's.

      --connections N  how many (10000)
      --seconds N      how long they are busy (60)

    micro [ARGUMENTS]: parts of the library alone, by BenchmarkDotNet, which takes the arguments; --filter '*' for all.
    """;

// The program starts itself with these.
switch (args)
{
    case ["server", string certificate]:
        BlockingServer.Run(certificate);
        return 0;
    case ["client", .. string[] rest]:
        ClientProcess.Run(rest);
        return 0;
    case ["scale-server"]:
        ManyServer.Run();
        return 0;
    case ["scale-client", .. string[] rest]:
        ManyProcess.Run(rest);
        return 0;
    case ["micro", .. string[] rest]:
        MicroBenchmarks.Run(rest);
        return 0;
}

bool isScale = args is ["scale", ..];
if (Settings.Parse(args.Skip(isScale ? 1 : 0)) is not { } settings)
{
    bool isWanted = args is ["--help" or "-h"];
    (isWanted ? Console.Out : Console.Error).WriteLine(Usage);
    return isWanted ? 0 : 2;
}
if (isScale)
    ScaleComparison.Run(settings);
else
    Compare(settings);
return 0;

static void Compare(Settings settings)
{
    using Comparison comparison = new(settings, Console.Error.WriteLine);
    IReadOnlyList<CaseResult> results = comparison.Run();
    string markdown = new MarkdownReport(comparison.Contenders, results).ToString();
    Console.WriteLine(markdown);
    Directory.CreateDirectory(settings.Output);
    File.WriteAllText(Path.Combine(settings.Output, "results.md"), markdown);
    foreach (IGrouping<string, CaseResult> group in results.GroupBy(r => r.Case.Group, StringComparer.Ordinal))
        File.WriteAllText(Path.Combine(settings.Output, BarChart.FileName(group.Key)), new BarChart(group.Key, comparison.Contenders, [.. group]).ToString());
}
