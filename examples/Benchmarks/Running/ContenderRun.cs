using System;
using System.Collections.Generic;
using System.Globalization;
using Benchmarks.Cases;

namespace Benchmarks.Running;

/// <summary>One client's part in one case.</summary>
internal sealed class ContenderRun : IDisposable
{
    // The first run of all compiles the code, and says nothing about how long the next one will take.
    private const int LeastRuns = 5;

    private readonly ChildProcess _process;
    private readonly List<Sample> _samples = [];
    private int _count = 1;

    public ContenderRun(Contender contender, Case what, Uri server, string certificateFile)
    {
        Contender = contender;
        _process = ChildProcess.Start(
            [
                .. contender.Command, what.Measure.ToString(), new Uri(server, what.Path).AbsoluteUri,
                what.Size.ToString(CultureInfo.InvariantCulture), what.Form.ToString(), what.IsDeflated ? "deflate" : "plain", certificateFile,
            ],
            what.OneCore);
    }

    public Contender Contender { get; }

    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Waits until it is connected, warms up, and finds out how many messages make a run.</summary>
    public void WarmUp(TimeSpan time, TimeSpan runTime)
    {
        _process.ReadLine();
        double spent = 0;
        for (int runs = 1; ; runs++)
        {
            double seconds = Run().Seconds * _count;
            spent += seconds;
            double times = runTime.TotalSeconds / seconds;
            if (runs >= LeastRuns && times < 2 && spent > time.TotalSeconds)
            {
                _count = (int)Math.Max(1, _count * times);
                return;
            }
            _count = (int)Math.Clamp(_count * Math.Clamp(times, 0.1, 8), 1, int.MaxValue / 8);
        }
    }

    public void Measure() => _samples.Add(Run());

    public void Dispose() => _process.Dispose();

    private Sample Run() => Sample.Parse(_process.Ask(_count.ToString(CultureInfo.InvariantCulture)), _count);
}
