using System;
using System.Diagnostics;
using System.Text;

namespace Sync.WebSockets.Packaging;

/// <summary>A program run to its end, with its output kept for the message of a failing test.</summary>
internal sealed record Command(int ExitCode, string Output)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    // A build server that outlives the command would keep its output open, and the wait for the output's end with it.
    private static readonly string[] WithoutBuildServers = ["-nodeReuse:false", "-p:UseSharedCompilation=false"];

    public static Command Dotnet(string folder, params string[] arguments) =>
        Run(folder, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [.. arguments, "-nologo", "-v:q", .. WithoutBuildServers]);

    public static Command Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };

        // What the build that runs these tests has set for itself is not meant for another one.
        start.Environment.Remove("MSBUILD_EXE_PATH");
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBuildExtensionsPath");

        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en"; // tests read the messages

        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Longest))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(" ", arguments)} ran longer than {Longest}.\n{output}");
        }

        process.WaitForExit();
        return new Command(process.ExitCode, output.ToString());
    }

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
            output.AppendLine(line);
    }
}
