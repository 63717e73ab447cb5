using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Examples;

[Category("Examples")]
[CancelAfter(60_000)]
public sealed class MonitorExampleTests
{
    private static readonly Regex MeasuredAfterReconnect =
        new("p99 [0-9.]+ m?s; .*losses 1, reconnects 1\n", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    [Test]
    public void Without_a_url_it_watches_a_feed_of_its_own_and_draws_it()
    {
        using TempFolder folder = new();
        string file = Path.Combine(folder.FullName, "feed.svg");
        using ExampleProcess monitor = ExampleProcess.Start("Monitor", "--seconds", "4", "--svg", file);

        int exitCode = monitor.WaitForExit();

        monitor.Errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        monitor.Output.Should()
            .StartWith("Monitoring ws://127.0.0.1:")
            .And.MatchRegex("0:0[0-9]  connected\n")
            .And.MatchRegex("latency last [0-9.]+ m?s, p50 [0-9.]+ m?s, p95 [0-9.]+ m?s, p99 [0-9.]+ m?s; [0-9.]+ messages/s, [0-9.]+ k?B/s; losses [01]")
            .And.MatchRegex("0:0[0-9]  lost: NetworkError: The connection broke")
            .And.Contain("losses 1, reconnects ")
            .And.NotContain("\u001b", "there is no terminal");
        var picture = XDocument.Load(file);
        foreach (string curve in (string[])["p50", "p95", "p99", "messages", "bytes"])
            Element(picture, curve).Attribute("d")!.Value.Count(command => command is 'M' or 'L').Should().BeGreaterThan(3, "{0} is a curve", curve);
        Element(picture, "losses").Elements().Should().ContainSingle();
        picture.ToString().Should().Contain("prefers-color-scheme: dark");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals are sent by kill")]
    public void Server_is_measured_by_pings_and_gets_the_subscription_on_every_connection()
    {
        ConcurrentQueue<string> subscriptions = new();
        using ScriptedServer server = new(c =>
        {
            c.Upgrade();
            subscriptions.Enqueue(Encoding.UTF8.GetString(c.ReadMessage()!.Payload));
            c.SendText("welcome");
            if (subscriptions.Count == 1)
                c.Reset();
            else
                c.EchoUntilClosed();
        });
        using ExampleProcess monitor = ExampleProcess.Start("Monitor", server.Uri.AbsoluteUri, "--interval", "0.05", "--subscribe", "{\"all\":true}");
        Wait.Until(() => MeasuredAfterReconnect.IsMatch(monitor.Output), "the second connection is measured", TimeSpan.FromSeconds(30));

        monitor.PressCtrlC();
        int exitCode = monitor.WaitForExit();

        monitor.Errors.Should().BeEmpty();
        exitCode.Should().Be(0);
        server.Join();
        subscriptions.Should().Equal("{\"all\":true}", "{\"all\":true}");
    }

    [Test]
    public void Server_that_refuses_for_good_ends_it()
    {
        using ScriptedServer server = new(c =>
        {
            c.ReadRequest();
            c.Refuse("404");
        });
        using ExampleProcess monitor = ExampleProcess.Start("Monitor", server.Uri.AbsoluteUri);

        monitor.WaitForExit().Should().Be(1);
        monitor.Errors.Should().StartWith("monitor: ").And.Contain("404").And.MatchRegex("^[^\n]*\n$");
    }

    [Test]
    public void Help_tells_how_to_call_it()
    {
        using ExampleProcess monitor = ExampleProcess.Start("Monitor", "--help");

        monitor.WaitForExit().Should().Be(0);
        monitor.Output.Should().StartWith("Usage: ").And.Contain("--subscribe").And.Contain("Exit codes");
    }

    [TestCase("monitor: Not an absolute URI", "not-a-url")]
    [TestCase("monitor: The URI's scheme is 'http'", "http://localhost/")]
    [TestCase("monitor: There is no option --what", "--what")]
    [TestCase("monitor: --seconds wants a number", "--seconds", "soon")]
    [TestCase("monitor: --svg wants a value", "--svg")]
    [TestCase("monitor: Could not find", "--svg", "no-such-folder/feed.svg")]
    public void Wrong_call_is_explained(string explanation, params string[] arguments)
    {
        using ExampleProcess monitor = ExampleProcess.Start("Monitor", arguments);

        monitor.WaitForExit().Should().Be(2);
        monitor.Errors.Should().StartWith(explanation);
    }

    private static XElement Element(XDocument picture, string id) => picture.Descendants().Single(element => element.Attribute("id")?.Value == id);
}
