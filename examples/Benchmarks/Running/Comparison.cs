using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Benchmarks.Cases;
using Benchmarks.Server;

namespace Benchmarks.Running;

/// <summary>All clients in all cases. In each case they take turns, so that what the machine does meanwhile strikes all of them.</summary>
internal sealed class Comparison(Settings settings, Action<string> tell) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private ServerProcess? _server;
    private ServerProcess? _serverOnOneCore;

    private string CertificateFile => Path.Combine(_folder.FullName, "certificate.pem");

    public IReadOnlyList<Contender> Contenders { get; } = [.. Contender.Installed(tell)];

    public IReadOnlyList<CaseResult> Run()
    {
        Certificate.Write(CertificateFile);
        List<CaseResult> results = [];
        foreach (Case what in AllCases.List.Where(c => c.FullName.Contains(settings.Only, StringComparison.OrdinalIgnoreCase)))
        {
            if (what.OneCore && !ChildProcess.CanPin)
            {
                tell($"{what.FullName} is skipped: there is no taskset.");
                continue;
            }
            tell(what.FullName);
            results.Add(Run(what));
        }
        return results;
    }

    public void Dispose()
    {
        _server?.Dispose();
        _serverOnOneCore?.Dispose();
        _folder.Delete(recursive: true);
    }

    private CaseResult Run(Case what)
    {
        ServerProcess server = what.OneCore
            ? _serverOnOneCore ??= new ServerProcess(CertificateFile, oneCore: true)
            : _server ??= new ServerProcess(CertificateFile, oneCore: false);
        List<ContenderRun> runs =
            [.. Contenders.Where(c => c.Takes(what)).Select(c => new ContenderRun(c, what, server.UriFor(what.IsTls), CertificateFile))];
        try
        {
            // The compiler, which works in the background, gets little of a core that is busy.
            TimeSpan warmUp = what.OneCore ? 3 * settings.WarmUp : settings.WarmUp;
            KeepThoseThatWork(runs, run => run.WarmUp(warmUp, settings.RunTime));
            for (int round = 0; round < settings.Runs; round++)
                KeepThoseThatWork(runs, run => run.Measure());
            return new CaseResult(what, runs.ToDictionary(run => run.Contender, run => run.Samples));
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
        }
    }

    // One that fails, fails for itself.
    private void KeepThoseThatWork(List<ContenderRun> runs, Action<ContenderRun> step)
    {
        foreach (ContenderRun run in runs.ToArray())
        {
            try
            {
                step(run);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                tell($"{run.Contender.Name} failed: {e.Message}");
                runs.Remove(run);
                run.Dispose();
            }
        }
    }
}
