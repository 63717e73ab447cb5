using System;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Protocol.Frames;
using Sync.WebSockets.Support;
using Sync.WebSockets.Transport;

namespace Sync.WebSockets.Connection;

[TestFixture]
internal sealed class PingDeliveryTests
{
    private const long Millisecond = TimeSpan.TicksPerMillisecond;
    private const long Timeout = 8000 * Millisecond;
    private const long Due = 1_000_000 * Millisecond;

    private SocketPair _sockets = null!;
    private CountingStream _wire = null!;

    [SetUp]
    public void Connect()
    {
        _sockets = new SocketPair();
        _wire = new CountingStream(new NetworkStream(_sockets.Client), MonotonicClock.System);
    }

    [TearDown]
    public void Dispose()
    {
        _wire.Dispose();
        _sockets.Dispose();
    }

    [Test]
    public void Where_nobody_tells_what_our_socket_takes_counts_for_a_ping_that_waits_behind_it()
    {
        PingDelivery delivery = new(new Link(new SocketChannel(_sockets.Client), _wire, _wire));
        ControlRequest ping = Ping();
        _wire.Write(new byte[100], 0, 100);

        delivery.Look(ping, Due, Timeout).Should().Be(_wire.LastWritten);

        delivery.IsDelivered.Should().BeNull();
        delivery.NextLook.Should().Be(MonotonicClock.Never);
    }

    [Test]
    public void Where_nobody_tells_nothing_counts_for_a_ping_that_is_written()
    {
        PingDelivery delivery = new(new Link(new SocketChannel(_sockets.Client), _wire, _wire));
        ControlRequest ping = Ping();
        _wire.Write(new byte[100], 0, 100);
        ping.SetWritten(Due, _wire.BytesWritten);

        delivery.Look(ping, Due, Timeout).Should().Be(0);

        delivery.IsDelivered.Should().BeNull();
    }

    [Test]
    public void Without_a_ping_there_is_nothing_to_look_at()
    {
        PingDelivery delivery = new(new Link(new SocketChannel(_sockets.Client), _wire, _wire));

        delivery.Look(null, Due, Timeout).Should().Be(0);

        (delivery.IsDelivered, delivery.NextLook).Should().Be((null, MonotonicClock.Never));
    }

    [Test]
    [Platform("Linux")]
    public void Bytes_before_the_ping_that_the_peer_takes_are_progress_until_it_has_the_ping()
    {
        PingDelivery delivery = Delivery(out Acknowledgements acknowledgements);
        int own = Fill();
        ControlRequest ping = Ping();
        delivery.Look(ping, Due, Timeout).Should().Be(0, "nothing has moved since");
        delivery.IsDelivered.Should().BeFalse("it waits for the gate");
        ping.SetWritten(Due, own);
        delivery.Look(ping, Due + 1, Timeout).Should().Be(0);
        delivery.IsDelivered.Should().BeFalse("it stands in our own kernel");

        long before = acknowledgements.Read()!.Value;
        Take(own / 2);
        Wait.Until(() => acknowledgements.Read() > before, "the peer's window has opened");
        delivery.Look(ping, Due + 2, Timeout).Should().Be(Due + 2);

        Take(own - (own / 2));
        Wait.Until(() => acknowledgements.Read() == own, "the peer has everything");
        delivery.Look(ping, Due + 3, Timeout);
        (delivery.IsDelivered, delivery.NextLook).Should().Be((true, MonotonicClock.Never));
    }

    [Test]
    [Platform("Linux")]
    public void What_the_peer_takes_after_the_ping_is_no_progress()
    {
        PingDelivery delivery = Delivery(out Acknowledgements acknowledgements);
        ControlRequest ping = Ping();
        _sockets.Client.Send(new byte[10]);
        ping.SetWritten(Due, 10);
        Wait.Until(() => acknowledgements.Read() == 10, "the peer has the ping");
        long progress = delivery.Look(ping, Due, Timeout);
        delivery.IsDelivered.Should().BeTrue();

        for (int i = 1; i <= 5; i++)
        {
            _sockets.Client.Send(new byte[100]);
            Wait.Until(() => acknowledgements.Read() == 10 + (i * 100), "the peer's kernel acknowledges more");
            delivery.Look(ping, Due + (i * 1000), Timeout).Should().Be(progress);
        }
    }

    [Test]
    [Platform("Linux")]
    public void Looks_are_frequent_at_first_and_few_in_all()
    {
        PingDelivery delivery = Delivery(out _);
        Fill();
        ControlRequest ping = Ping();
        int looks = 0;

        long now = Due;
        while (now < Due + Timeout)
        {
            delivery.Look(ping, now, Timeout);
            (delivery.NextLook - now).Should().BeGreaterThanOrEqualTo(10 * Millisecond).And.BeLessThanOrEqualTo(Timeout / 8);
            now = delivery.NextLook;
            looks++;
        }

        looks.Should().BeInRange(8, 30);
    }

    [Test]
    [Platform("Linux")]
    public void Next_ping_begins_afresh()
    {
        PingDelivery delivery = Delivery(out Acknowledgements acknowledgements);
        int own = Fill();
        ControlRequest first = Ping();
        delivery.Look(first, Due, Timeout);
        Take(own);
        Wait.Until(() => acknowledgements.Read() == own, "the peer has everything");
        delivery.Look(first, Due + 1, Timeout).Should().Be(Due + 1);

        ControlRequest second = Ping();

        delivery.Look(second, Due + 2, Timeout).Should().Be(0);
        delivery.IsDelivered.Should().BeFalse();
        delivery.Look(null, Due + 3, Timeout).Should().Be(0);
        (delivery.IsDelivered, delivery.NextLook).Should().Be((null, MonotonicClock.Never));
    }

    [Test]
    [Platform("Linux")]
    public void Infinite_timeout_is_looked_at_ever_more_seldom()
    {
        PingDelivery delivery = Delivery(out _);
        Fill();

        delivery.Look(Ping(), Due + (1000 * Millisecond), MonotonicClock.Never);

        delivery.NextLook.Should().Be(Due + (1500 * Millisecond));
    }

    private PingDelivery Delivery(out Acknowledgements acknowledgements)
    {
        acknowledgements = Acknowledgements.Of(_sockets.Client)!;
        return new PingDelivery(new Link(new SocketChannel(_sockets.Client), _wire, _wire, acknowledgements));
    }

    // Until neither kernel takes or acknowledges any more.
    private int Fill()
    {
        int sent = 0;
        while (_sockets.Client.Poll(100_000, SelectMode.SelectWrite))
            sent += _sockets.Client.Send(new byte[256]);
        return sent;
    }

    private void Take(int count)
    {
        byte[] some = new byte[count];
        while (count > 0)
            count -= _sockets.Server.Receive(some, count, SocketFlags.None);
    }

    private static ControlRequest Ping() => new(Opcode.Ping, [1], pingId: 1, Due);
}
