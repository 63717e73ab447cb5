using System;
using System.Collections.Generic;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Conformance;

/// <summary>
/// What the public conformance suite for WebSockets asks of a client, told in our own words: its cases by their numbers. Stricter than
/// the suite where it leaves a choice: a failure is immediate, and has the status that the RFC names.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.Children)]
public sealed class ConformanceTests
{
    private static readonly Dictionary<string, ConformanceCase> All =
        FramingCases.All.Concat(Utf8Cases.All).Concat(ClosingCases.All).Concat(SizeCases.All).Concat(DataCases.All).ToDictionary(c => c.Id);

    private readonly Dictionary<string, BackgroundRun> _patient = [];

    private static IEnumerable<string> Ids => All.Keys;

    // Those that wait for a second do so together.
    [OneTimeSetUp]
    public void Start_what_waits()
    {
        foreach (ConformanceCase waiting in All.Values.Where(c => c.Steps is Step[] steps && steps.Any(step => step.Pause > TimeSpan.Zero)))
            _patient[waiting.Id] = Run.InBackground(() => ConformanceRun.Play(waiting));
    }

    [TestCaseSource(nameof(Ids))]
    public void Conformance(string id)
    {
        if (_patient.TryGetValue(id, out BackgroundRun? patient))
            patient.Join();
        else
            ConformanceRun.Play(All[id]);
    }

    [TestCase("1", 16)]
    [TestCase("2", 11)]
    [TestCase("3", 7)]
    [TestCase("4", 10)]
    [TestCase("5", 20)]
    [TestCase("6", 145)]
    [TestCase("7", 37)]
    [TestCase("9", 54)]
    [TestCase("10", 1)]
    [TestCase("12", 90)]
    [TestCase("13", 126)]
    public void Group_is_complete(string group, int cases) => All.Keys.Count(id => id.Split('.')[0] == group).Should().Be(cases);
}
