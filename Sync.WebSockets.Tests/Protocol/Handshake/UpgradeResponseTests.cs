using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Protocol.Handshake;

[TestFixture]
public sealed class UpgradeResponseTests
{
    private const string Status = "HTTP/1.1 101 Switching Protocols\r\n";
    private const string Upgrade = "Upgrade: websocket\r\n";
    private const string Connection = "Connection: Upgrade\r\n";
    private const string AcceptValue = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private const string Accept = "Sec-WebSocket-Accept: " + AcceptValue + "\r\n";
    private const string Fine = Status + Upgrade + Connection + Accept;
    private const string Protocol = "Sec-WebSocket-Protocol: ";
    private const string Extensions = "Sec-WebSocket-Extensions: ";

    // The request offers the subprotocols chat and mqtt and the extensions permessage-deflate and x-foo.
    private static readonly string[] Accepted =
    [
        Fine,
        Status + "UPGRADE: WEBSOCKET\r\nconnection: UPGRADE\r\nSEC-WEBSOCKET-ACCEPT: " + AcceptValue + "\r\n",
        Status + Upgrade + Accept + "Connection: keep-alive, ,Upgrade\t\r\n",
        Status + Upgrade + Accept + "Connection: keep-alive\r\nConnection: upgrade\r\n",
        Status + Upgrade + Accept + Connection + Connection,
        Fine + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        Fine + Protocol + "mqtt\r\n",
        Fine + Extensions + "permessage-deflate; server_max_window_bits=10\r\n",
        Fine + Extensions + "permessage-deflate\r\n" + Extensions + "x-foo; a; b=\"c\"\r\n",
    ];

    private static readonly TestCaseData[] Refused =
    [
        Row("H7", "HTTP/1.0 101 x\r\n" + Upgrade + Connection + Accept, "HTTP/1.0"),
        Row("H5", "HTTP/1.1 200 OK\r\n" + Upgrade + Connection + Accept, "status 200"),
        Row("H10", Status + Connection + Accept, "no Upgrade"),
        Row("H10", Status + "Upgrade: h2c\r\n" + Connection + Accept, "'h2c'"),
        Row("H10", Status + "Upgrade:\r\n" + Connection + Accept, "Upgrade is ''"),
        Row("H10", Status + "Upgrade: websocket, websocket\r\n" + Connection + Accept, "Upgrade is"),
        Row("H10", Status + "Upgrade: websocket/13\r\n" + Connection + Accept, "Upgrade is"),
        Row("H10", Status + Upgrade + Upgrade + Connection + Accept, "Upgrade 2 times"),
        Row("H10", Status + Upgrade + Accept, "no Connection"),
        Row("H10", Status + Upgrade + "Connection: close\r\n" + Accept, "'close'"),
        Row("H10", Status + Upgrade + "Connection:\r\n" + Accept, "Connection is ''"),
        Row("H10", Status + Upgrade + "Connection: no-upgrade, upgrades\r\n" + Accept, "Connection is"),
        Row("H10", Status + Upgrade + "Connection: \u00A0upgrade\r\n" + Accept, "Connection is"),
        Row("H10", Status + Upgrade + Connection, "no Sec-WebSocket-Accept"),
        Row("A13", Status + Upgrade + Connection + "Sec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ==\r\n", AcceptValue),
        Row("A13", Status + Upgrade + Connection + "Sec-WebSocket-Accept:\r\n", "Accept is ''"),
        Row("A13", Status + Upgrade + Connection + "Sec-WebSocket-Accept: " + AcceptValue.ToUpperInvariant() + "\r\n", "expected"),
        Row("A13", Status + Upgrade + Connection + "Sec-WebSocket-Accept: " + AcceptValue.TrimEnd('=') + "\r\n", "expected"),
        Row("H10", Fine + Accept, "Sec-WebSocket-Accept 2 times"),
        Row("H12", Fine + Protocol + "soap\r\n", "'soap'"),
        Row("H12", Fine + Protocol + "MQTT\r\n", "case counts"),
        Row("H12", Fine + Protocol + "chat, mqtt\r\n", "'chat, mqtt'"),
        Row("H12", Fine + Protocol + "\r\n", "subprotocol ''"),
        Row("H12", Fine + Protocol + "chat\r\n" + Protocol + "chat\r\n", "Sec-WebSocket-Protocol 2 times"),
        Row("H11", Fine + Extensions + "x-bar\r\n", "'x-bar'"),
        Row("H11", Fine + Extensions + "X-Foo\r\n", "'X-Foo'"),
        Row("H11", Fine + Extensions + "x-foo, x-foo\r\n", "twice"),
        Row("H11", Fine + Extensions + "x-foo\r\n" + Extensions + "x-foo\r\n", "twice"),
        Row("H11", Fine + Extensions + "x-foo; a=1; a=2\r\n", "parameter twice"),
        Row("H11", Fine + Extensions + "x-foo; a=\r\n", "9.1"),
        Row("H11", Fine + Extensions + "x-foo; a=\"b c\"\r\n", "9.1"),
        Row("H11", Fine + Extensions + "\r\n", "9.1"),
    ];

    private static IEnumerable<string> All => Accepted.Concat(Refused.Select(row => (string)row.Arguments[0]!));

    [TestCaseSource(nameof(Accepted))]
    [SetCulture("tr-TR")]
    public void A_proper_101_is_accepted(string answer)
    {
        UpgradeResponse.Check(HeadReading.Head(answer + "\r\n"), Request(), out _, out _).Should().BeNull();
    }

    [TestCaseSource(nameof(Refused))]
    [SetCulture("tr-TR")]
    public void Another_answer_is_refused_with_a_sentence(string answer, string told)
    {
        string? problem = UpgradeResponse.Check(HeadReading.Head(answer + "\r\n"), Request(), out _, out _);

        problem.Should().Contain(told).And.StartWith("The server").And.EndWith(".");
    }

    [TestCaseSource(nameof(All))]
    [Category("H14")]
    public void Every_way_to_cut_an_answer_gives_the_same_result(string answer)
    {
        HeadReading.EveryWay(answer + "\r\n\u0081\u0000").Distinct(StringComparer.Ordinal).Should().ContainSingle();
    }

    [Test]
    [Category("H12")]
    public void The_servers_choice_comes_out_and_absent_is_a_choice()
    {
        UpgradeResponse.Check(HeadReading.Head(Fine + Protocol + "mqtt\r\n\r\n"), Request(), out string? chosen, out _);
        UpgradeResponse.Check(HeadReading.Head(Fine + "\r\n"), Request(), out string? none, out IReadOnlyList<ExtensionOffer> extensions);

        chosen.Should().Be("mqtt");
        none.Should().BeNull();
        extensions.Should().BeEmpty();
    }

    [Test]
    public void Accepted_extensions_come_out_in_order()
    {
        string answer = Fine + Extensions + "x-foo; a; b=\"c\"\r\n" + Extensions + "permessage-deflate\r\n\r\n";

        UpgradeResponse.Check(HeadReading.Head(answer), Request(), out _, out IReadOnlyList<ExtensionOffer> extensions).Should().BeNull();

        extensions.Select(extension => extension.Name).Should().Equal("x-foo", "permessage-deflate");
        extensions[0].Parameters.Should().Equal(new KeyValuePair<string, string?>("a", null), new KeyValuePair<string, string?>("b", "c"));
    }

    [Test]
    public void Of_several_faults_the_first_one_is_told()
    {
        const string rest = Protocol + "soap\r\n" + Extensions + "x-bar\r\n";
        string[] answers =
        [
            "HTTP/1.0 200 OK\r\n" + rest,
            "HTTP/1.0 101 x\r\n" + rest,
            Status + rest,
            Status + Upgrade + rest,
            Status + Upgrade + Connection + rest,
            Fine + rest,
            Fine + Extensions + "x-bar\r\n",
        ];

        string[] problems = [.. answers.Select(answer => UpgradeResponse.Check(HeadReading.Head(answer + "\r\n"), Request(), out _, out _)!)];

        string[] told = ["status 200", "HTTP/1.0", "no Upgrade", "no Connection", "no Sec-WebSocket-Accept", "one of the 2 offered or none: offer it", "'x-bar'"];
        for (int i = 0; i < told.Length; i++)
            problems[i].Should().Contain(told[i]);
    }

    [TestCase("Sec-WebSocket-Protocol: chat\r\n", "none was offered", Category = "H12")]
    [TestCase("Sec-WebSocket-Extensions: permessage-deflate\r\n", "not offered", Category = "H11")]
    public void What_was_not_asked_for_is_refused(string header, string told)
    {
        UpgradeRequest bare = Create([], null);

        string? problem = UpgradeResponse.Check(
            HeadReading.Head(Fine + header + "\r\n"), bare, out string? subProtocol, out IReadOnlyList<ExtensionOffer> extensions);

        problem.Should().Contain(told);
        subProtocol.Should().BeNull();
        extensions.Should().BeEmpty();
    }

    [Test]
    public void A_long_value_does_not_flood_the_message()
    {
        string answer = Status + "Upgrade: " + new string('x', 5000) + "\r\n" + Connection + Accept + "\r\n";

        UpgradeResponse.Check(HeadReading.Head(answer), Request(), out _, out _)!.Length.Should().BeLessThan(300);
    }

    private static TestCaseData Row(string id, string answer, string told) => new TestCaseData(answer, told).SetCategory(id);

    private static UpgradeRequest Request() => Create(["chat", "mqtt"], "permessage-deflate; client_max_window_bits, x-foo");

    private static UpgradeRequest Create(string[] subProtocols, string? extensions)
    {
        byte[] nonce = Encoding.ASCII.GetBytes("the sample nonce");
        return UpgradeRequest.Create(new Uri("ws://example.com/"), nonce, new WebSocketHeaders(), subProtocols, null, null, extensions);
    }
}
