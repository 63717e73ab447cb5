using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;
using Sync.WebSockets.Architecture;

namespace Sync.WebSockets.Documentation;

/// <summary>
/// Hostile inputs and faults have ids, which tests carry as their category: H the opening handshake, F framing, Z compression, T TLS and
/// proxies, R resources and time, A advisories of others.
/// </summary>
[TestFixture]
public sealed class HostileInputTests
{
    private static readonly string[] Ids =
    [
        .. Range("H", 15), .. Range("F", 13), .. Range("Z", 10), .. Range("T", 6), .. Range("R", 18), .. Range("A", 13),
    ];

    [Test]
    public void Every_id_has_a_test()
    {
        HashSet<string> tested = [.. Tests(Root()).SelectMany(Categories)];

        Ids.Except(tested).Should().BeEmpty();
    }

    [Test]
    public void Security_page_names_tests_that_exist()
    {
        HashSet<string> fixtures = [.. Tests(Root()).Select(test => test.TypeInfo?.Type.Name ?? "")];
        string page = File.ReadAllText(Repository.PathOf("docs", "security.md"));
        string[] named = [.. Regex.Matches(page, "`(?<name>[A-Za-z]+Tests)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture).Select(match => match.Groups["name"].Value)];

        named.Should().HaveCountGreaterThan(20).And.OnlyContain(name => fixtures.Contains(name));
    }

    private static IEnumerable<string> Range(string letter, int last) => Enumerable.Range(1, last).Select(number => FormattableString.Invariant($"{letter}{number}"));

    private static ITest Root()
    {
        ITest test = TestExecutionContext.CurrentContext.CurrentTest;
        while (test.Parent is { } parent)
            test = parent;
        return test;
    }

    private static IEnumerable<ITest> Tests(ITest test) => test.Tests.SelectMany(Tests).Append(test);

    private static IEnumerable<string> Categories(ITest test) => test.Properties[PropertyNames.Category].Cast<string>();
}
