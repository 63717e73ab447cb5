using System;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>What only the ws package does.</summary>
[TestFixture(false)]
[TestFixture(true)]
[NonParallelizable]
public sealed class NodeTests(bool tls)
{
    [Test]
    public void Close_of_theirs_without_a_status_is_answered_without_one()
    {
        using Peer peer = NodePeer.Start(tls);
        using WebSocketClient client = WebSocketClient.Connect(
            new Uri(peer.Uri, "/close/1005"), new WebSocketClientOptions { RemoteCertificateValidationCallback = Trust.InOurs });
        Action receive = () => client.Receive(TimeSpan.FromSeconds(30));

        WebSocketClosedException e = receive.Should().Throw<WebSocketClosedException>().Which;

        e.Cause.Should().Be(WebSocketCloseCause.RemoteClose);
        e.ReceivedClose.Should().Be(new WebSocketCloseFrame(null, null));
        client.WaitForClose(TimeSpan.FromSeconds(5)).Should().BeTrue();
        client.CloseStatus.Should().BeNull();
        client.CloseStatusDescription.Should().BeEmpty();
        Wait.Until(() => peer.Output.IndexOf("closed with 1005", StringComparison.Ordinal) >= 0, "the server has our answer");
    }
}
