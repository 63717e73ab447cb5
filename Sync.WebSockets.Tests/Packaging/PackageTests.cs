using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Runtime.InteropServices;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Architecture;

namespace Sync.WebSockets.Packaging;

/// <summary>
/// The package as a user gets it: packed into an empty folder and consumed from there by a program outside of the repository.
/// The consumer has a packages folder of its own, so that no package of an earlier run can take the new one's place.
/// </summary>
[Category("Package")]
public sealed class PackageTests
{
    private string _folder = null!;

    private string Consumer => Path.Combine(_folder, "Consumer");

    [OneTimeSetUp]
    public void Pack()
    {
        _folder = Directory.CreateTempSubdirectory("sync-websockets-").FullName;
        // The analyzers have seen these sources when the tests were built.
        Command pack = Command.Dotnet(
            Repository.Root, "pack", "Sync.WebSockets", "-c", "Release", "-o", Path.Combine(_folder, "feed"), "-p:TreatWarningsAsErrors=true", "-p:RunAnalyzers=false");
        pack.ExitCode.Should().Be(0, pack.Output);
        WriteConsumer();
    }

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Package_holds_every_build_its_documentation_and_the_readme()
    {
        Entries("*.nupkg").Should().Contain(
            [
                "README.md",
                "lib/net10.0/Sync.WebSockets.dll", "lib/net10.0/Sync.WebSockets.xml",
                "lib/netstandard2.0/Sync.WebSockets.dll", "lib/netstandard2.0/Sync.WebSockets.xml",
                "lib/net462/Sync.WebSockets.dll", "lib/net462/Sync.WebSockets.xml",
            ]);
        Entries("*.snupkg").Where(e => e.EndsWith(".pdb", StringComparison.Ordinal)).Should().HaveCount(3);
    }

    [Test]
    public void Program_on_net_10_runs_with_the_package()
    {
        Publish("net10.0");

        Runs(Command.Run(Consumer, "dotnet", "out/net10.0/Consumer.dll"), "net10.0");
    }

    [Test]
    public void Program_on_net_framework_runs_with_the_package()
    {
        Publish("net462");
        string program = Path.Combine(Consumer, "out", "net462", "Consumer.exe");
        if (!OperatingSystem.IsWindows() && !IsOnPath("mono"))
            Assert.Ignore("mono is not installed: apt-get install mono-complete");

        Runs(OperatingSystem.IsWindows() ? Command.Run(Consumer, program) : Command.Run(Consumer, "mono", program), "net462");
    }

    [Test]
    public void Program_compiled_ahead_of_time_runs_with_the_package()
    {
        Command publish = Command.Dotnet(
            Consumer, "publish", "-f", "net10.0", "-p:TargetFrameworks=net10.0", "-p:PublishAot=true", "-r", RuntimeInformation.RuntimeIdentifier, "-o", "out/aot");
        if (publish.Output.Contains("NU1101: Unable to find package Microsoft.NETCore.App.Runtime.NativeAOT", StringComparison.Ordinal))
            Assert.Ignore("The native compiler is not published where packages come from here.\n" + publish.Output);

        publish.ExitCode.Should().Be(0, publish.Output);
        publish.Output.Should().NotContain("warning IL");
        Runs(Command.Run(Consumer, Path.Combine(Consumer, "out", "aot", OperatingSystem.IsWindows() ? "Consumer.exe" : "Consumer")), "net10.0");
    }

    private void Publish(string framework)
    {
        Command publish = Command.Dotnet(Consumer, "publish", "-f", framework, "-o", "out/" + framework);
        publish.ExitCode.Should().Be(0, publish.Output);
    }

    private static void Runs(Command program, string framework)
    {
        program.ExitCode.Should().Be(0, program.Output);
        program.Output.Should().Contain($"Sync.WebSockets on {framework}");
    }

    private IEnumerable<string> Entries(string pattern)
    {
        using ZipArchive package = ZipFile.OpenRead(Directory.GetFiles(Path.Combine(_folder, "feed"), pattern).Single());
        return [.. package.Entries.Select(e => e.FullName)];
    }

    // The program's sources are kept beside this one under names that no build takes for its own.
    private void WriteConsumer()
    {
        Directory.CreateDirectory(Consumer);
        string sources = Repository.PathOf("Sync.WebSockets.Tests", "Packaging", "Consumer");
        foreach (string file in Directory.EnumerateFiles(sources))
            File.Copy(file, Path.Combine(Consumer, Path.GetFileNameWithoutExtension(file)));
    }

    private static bool IsOnPath(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
