using System;
using System.Diagnostics;
using System.IO;

namespace BulkTransfer;

/// <summary>This program once more, as the server. It ends when its input does, so also when this process is killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    public const string Verb = "server";

    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    public ServerProcess(Settings settings)
    {
        ProcessStartInfo start = new("dotnet", [typeof(ServerProcess).Assembly.Location, Verb, .. settings.ForServer()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
        Uri = _process.StandardOutput.ReadLine() is { } line ? new Uri(line) : throw new IOException("The server has not started.");
    }

    public Uri Uri { get; }

    /// <summary>The most memory that it had so far.</summary>
    public long PeakWorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>The other end: says where the server is, and serves until the input ends.</summary>
    public static void Serve(Settings settings)
    {
        using BatchServer server = new(settings);
        Console.WriteLine(server.Uri);
        Console.In.ReadToEnd();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeToEnd))
            _process.Kill();
        _process.Dispose();
    }
}
