using System;
using System.Globalization;
using System.IO;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Connection;

[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R14")]
public sealed class ProcessEndTests
{
    private const string LastWords = "The end of Main.";

    private static readonly string[] Fates = ["lost", "held", "receive", "policy"];

    // Starting a program takes a busy machine its time; ending one does not wait for anything.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    [Test]
    public void Client_that_is_never_closed_keeps_no_process_alive([Values] bool tls) =>
        Run.Together(Fates.Select<string, Action>(fate => () => ProcessEnds(fate, tls)), LongestStart + LongestEnd);

    private static void ProcessEnds(string fate, bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        using ChildProcess child = Start(server.Uri.ToString(), fate);
        Wait.Until(() => child.Output.Length > 0, $"the program with a client that is '{fate}' has come to its end", LongestStart);

        if (Machine.IsMono && !Wait.For(() => child.HasExited, LongestEnd))
        {
            AssertHungByItself(child);
            return;
        }
        Wait.Until(() => child.HasExited, $"the process with a client that is '{fate}' has ended; it printed '{child.Output}'", LongestEnd);
        Wait.Until(() => child.Output.Trim() == LastWords, $"nothing else was printed than '{child.Output}'");
        server.Join();
    }

    // Mono waits for a worker of its pool that parks at that moment, and so for ever, in one of a thousand ends of any program with a timer.
    // Nothing of ours may be left by then: no thread, and no call.
    private static void AssertHungByItself(ChildProcess child)
    {
        ChildProcess.OutputOf("kill", "-QUIT", child.Id.ToString(CultureInfo.InvariantCulture));
        Wait.Until(() => child.Output.IndexOf("Full thread dump", StringComparison.Ordinal) >= 0, "Mono has told what its threads do");
        Wait.Out(TimeSpan.FromSeconds(1));
        child.Output.Should().NotContain("Sync.WebSockets").And.Contain("Thread Pool Worker");
    }

    // The build of the program that belongs to the build of these tests.
    private static ChildProcess Start(params string[] arguments)
    {
        var tests = new DirectoryInfo(AppDomain.CurrentDomain.BaseDirectory);
        string program = Path.Combine(tests.Parent!.Parent!.FullName, "ForgetfulClient", tests.Name, "ForgetfulClient");
#if NET
        return ChildProcess.Start("dotnet", [program + ".dll", .. arguments]);
#else
        return !Machine.IsMono
            ? ChildProcess.Start(program + ".exe", arguments)
            : ChildProcess.Start("mono", [program + ".exe", .. arguments]);
#endif
    }
}
