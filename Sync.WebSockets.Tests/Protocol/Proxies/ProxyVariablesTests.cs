using System;
using System.Collections.Generic;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Proxies;

[TestFixture]
public sealed class ProxyVariablesTests
{
    // HTTP_PROXY is not among them: a stranger's request can set it.
    [TestCase(true, "wss_proxy WSS_PROXY https_proxy HTTPS_PROXY all_proxy ALL_PROXY")]
    [TestCase(false, "ws_proxy WS_PROXY REQUEST_METHOD http_proxy all_proxy ALL_PROXY")]
    [SetCulture("tr-TR")]
    public void These_are_read_in_this_order_and_no_other(bool secure, string expected)
    {
        var read = new List<string>();
        Func<string, string?> none = name =>
        {
            read.Add(name);
            return null;
        };

        ProxyVariables.Choose(secure, none, out string? chosen).Should().BeNull();

        chosen.Should().BeNull();
        read.Should().Equal(expected.Split(' '));
    }

    [TestCase(true, "WSS_PROXY=a https_proxy=b", "WSS_PROXY", "a")]
    [TestCase(true, "ws_proxy=a http_proxy=b HTTPS_PROXY=c ALL_PROXY=d", "HTTPS_PROXY", "c")]
    [TestCase(true, "all_proxy=a ALL_PROXY=b", "all_proxy", "a")]
    [TestCase(false, "wss_proxy=a https_proxy=b ALL_PROXY=c", "ALL_PROXY", "c")]
    [TestCase(false, "HTTP_PROXY=a http_proxy=b", "http_proxy", "b")]
    [TestCase(false, "HTTP_PROXY=a", null, null)]
    [TestCase(false, "REQUEST_METHOD=GET http_proxy=a all_proxy=b", "all_proxy", "b")]
    [TestCase(true, "https_proxy= all_proxy=a", "https_proxy", null)]
    [TestCase(false, "ws_proxy= http_proxy=a", "ws_proxy", null)]
    public void The_first_that_is_set_counts_even_if_it_is_empty(bool secure, string variables, string? name, string? value)
    {
        ProxyVariables.Choose(secure, Reader(variables), out string? chosen).Should().Be(value);

        chosen.Should().Be(name);
    }

    [TestCase("", false)]
    [TestCase("no_proxy=example.com", true)]
    [TestCase("NO_PROXY=example.com", true)]
    [TestCase("no_proxy= NO_PROXY=example.com", false)]
    [TestCase("no_proxy=example.com NO_PROXY=", true)]
    public void For_no_proxy_lower_case_comes_first(string variables, bool covers) =>
        ProxyVariables.NoProxy(Reader(variables)).Covers("example.com", 80).Should().Be(covers);

    private static Func<string, string?> Reader(string variables)
    {
        var values = new Dictionary<string, string>();
        foreach (string variable in variables.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))
            values.Add(variable.Split('=')[0], variable.Split('=')[1]);
        return name => values.TryGetValue(name, out string? value) ? value : null;
    }
}
