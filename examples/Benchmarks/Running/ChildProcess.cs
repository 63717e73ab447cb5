using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace Benchmarks.Running;

/// <summary>A process that is told what to do line by line, answers in lines, and ends when its input does.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);

    // Where both ends of a connection share a core, this one. 0 can be outside of what a container may use.
    private static readonly string? Core = FindCore();

    private readonly Process _process;
    private readonly string _name;

    private ChildProcess(Process process, string name)
    {
        _process = process;
        _name = name;
    }

    /// <summary>Whether processes can be kept to one core here.</summary>
    public static bool CanPin => Core is not null;

    /// <summary>This program, as a command.</summary>
    public static IReadOnlyList<string> Self { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll")]
            : [Environment.ProcessPath!];

    public static ChildProcess Start(IEnumerable<string> command, bool oneCore = false)
    {
        string[] words = [.. oneCore && Core is not null ? ["taskset", "-c", Core] : Array.Empty<string>(), .. command];
        ProcessStartInfo start = new(words[0], words.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        return new ChildProcess(Process.Start(start)!, string.Join(' ', words));
    }

    public string Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
        return ReadLine();
    }

    public string ReadLine() =>
        _process.StandardOutput.ReadLine() ?? throw new InvalidDataException($"'{_name}' ended without an answer.");

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already.
        }
        if (!_process.WaitForExit(TimeToEnd))
            _process.Kill();
        _process.Dispose();
    }

    private static string? FindCore()
    {
        if (!OperatingSystem.IsLinux() || !IsOnPath("taskset"))
            return null;
        using Process process = Process.GetCurrentProcess();
        long mask = process.ProcessorAffinity;
        return FormattableString.Invariant($"{long.TrailingZeroCount(mask)}");
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
