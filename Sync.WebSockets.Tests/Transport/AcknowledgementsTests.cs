using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[Platform("Linux")]
internal sealed class AcknowledgementsTests
{
    private SocketPair _sockets = null!;

    [SetUp]
    public void Connect() => _sockets = new SocketPair();

    [TearDown]
    public void Dispose() => _sockets.Dispose();

    [Test]
    public void Every_byte_is_counted_once_the_peer_has_acknowledged_it()
    {
        Acknowledgements acknowledgements = Acknowledgements.Of(_sockets.Client)!;
        acknowledgements.Read().Should().Be(0);

        for (int sent = 100; sent <= 1000; sent += 100)
        {
            _sockets.Client.Send(new byte[100]);
            Wait.Until(() => acknowledgements.Read() == sent, "the peer's kernel has acknowledged what was sent");
        }
    }

    [Test]
    public void What_only_our_own_kernel_has_taken_is_not_counted()
    {
        Acknowledgements acknowledgements = Acknowledgements.Of(_sockets.Client)!;
        long sent = 0;
        while (_sockets.Client.Poll(50_000, SelectMode.SelectWrite))
            sent += _sockets.Client.Send(new byte[256]);

        acknowledgements.Read().Should().BeLessThan(sent, "the peer's window is closed");
        acknowledgements.Read().Should().BePositive();

        BackgroundRun reader = Run.InBackground(() =>
        {
            for (long left = sent; left > 0;)
                left -= _sockets.Server.Receive(new byte[64 * 1024]);
        });
        Wait.Until(() => acknowledgements.Read() == sent, "the peer has read everything");
        reader.Join();
    }

    [Test]
    public void Socket_that_has_sent_already_is_not_fresh()
    {
        _sockets.Client.Send(new byte[10]);

        Wait.Until(() => Acknowledgements.Of(_sockets.Client) is null, "its bytes have been acknowledged");
    }

    [Test]
    public void Dead_socket_tells_nothing()
    {
        Acknowledgements acknowledgements = Acknowledgements.Of(_sockets.Client)!;

        _sockets.Client.Dispose();

        acknowledgements.Read().Should().BeNull();
        Acknowledgements.Of(_sockets.Client).Should().BeNull();
    }
}
