using System;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using NUnit.Framework.Internal;

namespace Sync.WebSockets.Support;

[TestFixture]
internal sealed class PeerTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void Kestrel_echoes_and_leaves_no_process(bool tls) => EchoesAndLeavesNoProcess(() => KestrelPeer.Start(tls));

    [TestCase(false)]
    [TestCase(true)]
    public void Node_echoes_and_leaves_no_process(bool tls) => EchoesAndLeavesNoProcess(() => NodePeer.Start(tls));

    [Test]
    public void Python_echoes_and_leaves_no_process() => EchoesAndLeavesNoProcess(() => PythonPeer.Start());

    [Test]
    public void Nginx_passes_on_and_leaves_no_process()
    {
        using var server = new ScriptedServer(EchoScript);
        EchoesAndLeavesNoProcess(() => NginxPeer.Start(server.Port));
    }

    [Test]
    public void Haproxy_passes_on_and_leaves_no_process()
    {
        using var server = new ScriptedServer(EchoScript);
        EchoesAndLeavesNoProcess(() => HaproxyPeer.Start(server.Port));
    }

    [TestCase("nginx")]
    [TestCase("haproxy")]
    public void Proxies_close_a_silent_tunnel(string proxy)
    {
        using var server = new ScriptedServer(EchoScript);
        var idle = TimeSpan.FromSeconds(1);
        using Peer peer = proxy == "nginx" ? NginxPeer.Start(server.Port, idle) : HaproxyPeer.Start(server.Port, idle);
        using var client = new PlainClient(peer.Uri);
        client.Upgrade().Should().StartWith("HTTP/1.1 101");

        TimeSpan elapsed = Elapsed.Of(() => client.ReadToEnd().Should().BeEmpty());

        elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(0.5)).And.BeBelow(TimeSpan.FromSeconds(15));
    }

    [Test]
    public void Kestrel_refuses_picks_a_subprotocol_and_keeps_silent()
    {
        using Peer peer = KestrelPeer.Start();
        using var refused = new PlainClient(new Uri(peer.Uri, "/refuse/403"));
        using var picked = new PlainClient(new Uri(peer.Uri, "/subprotocol"));
        using var silent = new PlainClient(new Uri(peer.Uri, "/silent"));
        using var deflating = new PlainClient(new Uri(peer.Uri, "/deflate"));

        refused.Upgrade().Should().StartWith("HTTP/1.1 403 ").And.Contain("X-Refused-By: Kestrel\r\n");
        picked.Upgrade("Sec-WebSocket-Protocol: b, a").Should().Contain("\r\nSec-WebSocket-Protocol: b\r\n");
        deflating.Upgrade("Sec-WebSocket-Extensions: permessage-deflate").Should().Contain("\r\nSec-WebSocket-Extensions: permessage-deflate");

        silent.Upgrade();
        silent.SendFrame(Op.Ping, []);
        silent.Socket.Poll(200_000, SelectMode.SelectRead).Should().BeFalse();
    }

    [Test]
    public void Python_counts_the_pongs_to_its_pings()
    {
        using Peer peer = PythonPeer.Start();
        using var client = new PlainClient(new Uri(peer.Uri, "/pings"));
        client.Upgrade();
        for (int i = 0; i < 3; i++)
        {
            ServerFrame ping = client.ReadFrame()!;
            ping.Opcode.Should().Be(Op.Ping);
            client.SendFrame(Op.Pong, ping.Payload);
        }

        client.SendText("how many?");

        string counts = NextText(client);
        int.Parse(counts.Split(' ')[0], CultureInfo.InvariantCulture).Should().BeGreaterThanOrEqualTo(3);
        counts.Should().EndWith(" 3");
    }

    [Test]
    public void Python_pings_when_told_to()
    {
        using Peer peer = PythonPeer.Start(TimeSpan.FromSeconds(0.1));
        using var client = new PlainClient(peer.Uri);
        client.Upgrade();

        client.ReadFrame()!.Opcode.Should().Be(Op.Ping);
    }

    [Test]
    public void Peer_that_fails_to_start_says_what_it_printed()
    {
        Peer.Require(KestrelPeer.IsInstalled);

        Action start = () => Peer.Start(tls: false, (_, _) => ["dotnet", "--list-runtimes"]).Dispose();

        start.Should().Throw<InvalidOperationException>().WithMessage("*Microsoft.AspNetCore.App 10.*");
    }

    [Test]
    public void Missing_peer_skips_a_test_or_fails_it_where_peers_are_required()
    {
        static bool IsInstalled(out string why)
        {
            why = "nobody is not installed";
            return false;
        }

        using (new TestExecutionContext.IsolatedContext())
        {
            Action skip = () => Peer.Require(IsInstalled, orFail: false);
            skip.Should().Throw<IgnoreException>().WithMessage("nobody is not installed");
            Action fail = () => Peer.Require(IsInstalled, orFail: true);
            fail.Should().Throw<AssertionException>().WithMessage("nobody is not installed");
        }
    }

    private static void EchoScript(ServerConnection connection)
    {
        connection.Upgrade();
        connection.EchoUntilClosed();
    }

    private static void EchoesAndLeavesNoProcess(Func<Peer> start)
    {
        int id;
        using (Peer peer = start())
        {
            id = peer.ProcessId;
            using var client = new PlainClient(peer.Uri);
            client.Upgrade().Should().StartWith("HTTP/1.1 101", peer.Output);
            client.SendText("hällo");
            NextText(client).Should().Be("hällo");
        }

        if (Directory.Exists("/proc/self"))
            Directory.Exists($"/proc/{id}").Should().BeFalse();
    }

    private static string NextText(PlainClient client)
    {
        while (client.ReadFrame() is { } frame)
        {
            if (frame.Opcode == Op.Text)
                return frame.Text;
        }

        throw new EndOfStreamException("No text came.");
    }
}
