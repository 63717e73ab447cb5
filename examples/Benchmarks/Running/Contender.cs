using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using Benchmarks.Cases;
using Benchmarks.Clients;

namespace Benchmarks.Running;

/// <summary>A client that is measured, in a process of its own.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="Command">What starts it; the case follows as arguments.</param>
/// <param name="Takes">Which cases it can be measured in.</param>
internal sealed record Contender(string Name, IReadOnlyList<string> Command, Func<Case, bool> Takes)
{
    public static Contender Raw { get; } = InDotNet("raw socket", ClientKind.Raw);

    public static Contender This { get; } = InDotNet("Sync.WebSockets", ClientKind.Sync);

    public static Contender Awaited { get; } = InDotNet("ClientWebSocket, awaited", ClientKind.Awaited);

    public static Contender Blocking { get; } = InDotNet("ClientWebSocket, blocking", ClientKind.Blocking);

    /// <summary>Those that can run here; what cannot is told.</summary>
    public static IEnumerable<Contender> Installed(Action<string> tell)
    {
        foreach (Contender client in new[] { Raw, This, Awaited, Blocking })
            yield return client;

        // That of the interop tests, if it is there.
        Environment.SetEnvironmentVariable("NODE_PATH", Environment.GetEnvironmentVariable("NODE_PATH")
            ?? Path.GetFullPath(Path.Combine("Sync.WebSockets.Tests", "Peers", "node_modules")));
        if (Succeeds("node", "-e", "require('ws')"))
            yield return new Contender("npm ws", ["node", Script("ws-client.js")], c => !c.IsDeflated || c.Measure == Measure.Receive);
        else
            tell("npm ws is skipped: node does not find it (npm ci in Sync.WebSockets.Tests/Peers, or NODE_PATH).");

        string? python = Array.Find(["python3", "/usr/bin/python3"], p => Succeeds(p, "-c", "import websockets"));
        if (python is not null)
            yield return new Contender("Python websockets", [python, Script("websockets-client.py")], c => !c.IsDeflated);
        else
            tell("Python websockets is skipped: python3 does not find it (python3-websockets).");
    }

    private static Contender InDotNet(string name, ClientKind kind) =>
        new(name, [.. ChildProcess.Self, "client", kind.ToString()], _ => true);

    private static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Scripts", name);

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
