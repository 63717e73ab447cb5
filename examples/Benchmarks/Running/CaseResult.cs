using System.Collections.Generic;
using System.Linq;
using Benchmarks.Cases;

namespace Benchmarks.Running;

/// <summary>What came of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Samples">Those of each client, in the order of the rounds.</param>
internal sealed record CaseResult(Case Case, IReadOnlyDictionary<Contender, IReadOnlyList<Sample>> Samples)
{
    /// <summary>How fast it was: seconds a message, or messages a second. Null: it took no part.</summary>
    public Series? SpeedOf(Contender contender) =>
        Samples.TryGetValue(contender, out IReadOnlyList<Sample>? samples) ? Series.Of(samples.Select(Speed)) : null;

    /// <summary>This client's speed over another one's: the median of the quotients in each round, so that what slows a round down matters little.</summary>
    public double? RatioTo(Contender other)
    {
        if (!Samples.TryGetValue(other, out IReadOnlyList<Sample>? others) || !Samples.TryGetValue(Contender.This, out IReadOnlyList<Sample>? own))
            return null;
        return Series.Of(own.Zip(others, (mine, theirs) => Speed(mine) / Speed(theirs))).Median;
    }

    private double Speed(Sample sample) => Case.IsTimed ? sample.Seconds : 1 / sample.Seconds;
}
