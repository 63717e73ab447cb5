using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;

namespace Sync.WebSockets.Support;

/// <summary>Another program, with all that it printed. Dispose kills it.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly Thread[] _readers;

    // Locked by its readers and by Output.
    private readonly StringBuilder _output = new();

    private ChildProcess(Process process)
    {
        _process = process;
        Id = process.Id;

        // Threads, for BeginOutputReadLine needs the pool, and tests starve that.
        _readers = [Collect(process.StandardOutput), Collect(process.StandardError)];
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>The child gets a pipe as its standard input, whose end tells it that this process is gone.</summary>
    public static ChildProcess Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, string.Join(" ", arguments.Select(Quote)))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppDomain.CurrentDomain.BaseDirectory,
        };
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>What it printed when it went well within 20 s, else null; also when there is no such program.</summary>
    public static string? OutputOf(string program, params string[] arguments)
    {
        try
        {
            using ChildProcess child = Start(program, arguments);
            if (!child._process.WaitForExit(20_000) || child._process.ExitCode != 0)
                return null;
            child.JoinReaders();
            return child.Output;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    public void Dispose()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }

        _process.WaitForExit();
        JoinReaders();
        _process.Dispose();
    }

    // Paths and plain words only.
    private static string Quote(string argument) => "\"" + argument + "\"";

    private void JoinReaders()
    {
        // Bounded: a grandchild could hold the pipe open.
        foreach (Thread reader in _readers)
            reader.Join(TimeSpan.FromSeconds(5));
    }

    private Thread Collect(StreamReader from)
    {
        var thread = new Thread(() => Append(from)) { IsBackground = true, Name = "output of process " + Id };
        thread.Start();
        return thread;
    }

    private void Append(StreamReader from)
    {
        while (from.ReadLine() is { } line)
        {
            lock (_output)
                _output.AppendLine(line);
        }
    }
}
