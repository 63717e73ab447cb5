using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Benchmarks.Micro;

/// <summary>Parts of the library alone.</summary>
internal static class MicroBenchmarks
{
    // In this process: what they measure is internal, and a program made for each of them would not be let in.
    public static void Run(string[] arguments) => BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(
        arguments,
        DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)).AddDiagnoser(MemoryDiagnoser.Default));
}
