using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using Sync.WebSockets.Architecture;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Examples;

/// <summary>One of the examples as a user runs it: input, output and errors apart, Ctrl-C, exit code. Dispose kills it.</summary>
internal sealed class ExampleProcess : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Thread[] _readers;

    private ExampleProcess(Process process)
    {
        _process = process;
        _readers = [Collect(process.StandardOutput, _output), Collect(process.StandardError, _errors)];
    }

    public string Output => TextOf(_output);

    public string Errors => TextOf(_errors);

    /// <summary>Starts the build of the example that belongs to the build of these tests.</summary>
    public static ExampleProcess Start(string example, params string[] arguments) =>
        Start(example, new Dictionary<string, string>(), arguments);

    /// <inheritdoc cref="Start(string, string[])"/>
    public static ExampleProcess Start(string example, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [PathOf(example), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (KeyValuePair<string, string> variable in environment)
            start.Environment[variable.Key] = variable.Value;
        return new ExampleProcess(Process.Start(start)!);
    }

    /// <summary>Its assembly.</summary>
    public static string PathOf(string example)
    {
        string configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Split('_')[0];
        return Repository.PathOf("artifacts", "bin", example, configuration, example + ".dll");
    }

    public void Type(params string[] lines)
    {
        foreach (string line in lines)
            _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    public void EndInput() => _process.StandardInput.Close();

    public void WaitForOutput(string text) =>
        Wait.Until(() => Output.Contains(text, StringComparison.Ordinal) || _process.HasExited, $"the example prints '{text}'", Longest);

    public void PressCtrlC() => Signal("INT");

    /// <param name="name">The signal's name without SIG.</param>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-" + name, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>The exit code, once the program and its output have ended.</summary>
    public int WaitForExit(TimeSpan? longest = null)
    {
        if (!_process.WaitForExit(longest ?? Longest))
            throw new TimeoutException($"The example still runs after {longest ?? Longest}. It printed:\n{Output}{Errors}");
        foreach (Thread reader in _readers)
            reader.Join();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static string TextOf(StringBuilder collected)
    {
        lock (collected)
            return collected.ToString();
    }

    private Thread Collect(StreamReader from, StringBuilder collected)
    {
        var thread = new Thread(() =>
        {
            while (from.ReadLine() is { } line)
            {
                lock (collected)
                    collected.Append(line).Append('\n');
            }
        })
        { IsBackground = true, Name = "output of process " + _process.Id.ToString(CultureInfo.InvariantCulture) };
        thread.Start();
        return thread;
    }
}
