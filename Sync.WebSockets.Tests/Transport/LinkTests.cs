using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using FluentAssertions;
using Moq;
using NUnit.Framework;
using Sync.WebSockets.Connection;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
internal sealed class LinkTests
{
    private SocketPair _sockets = null!;
    private FrameRecorder _stream = null!;
    private Link _link = null!;

    [SetUp]
    public void Open()
    {
        _sockets = new SocketPair();
        _stream = new FrameRecorder();
        _link = new Link(new SocketChannel(_sockets.Client), new CountingStream(new NetworkStream(_sockets.Client), MonotonicClock.System), _stream);
    }

    [TearDown]
    public void Dispose()
    {
        _link.Dispose();
        _sockets.Dispose();
        _stream.Dispose();
    }

    [Test]
    public void Room_in_the_socket_is_seen()
    {
        _link.CanWriteNow().Should().BeTrue();
        _sockets.Fill();
        _link.CanWriteNow().Should().BeFalse();
        _sockets.Drain();
        _link.CanWriteNow().Should().BeTrue();
    }

    [Test]
    public void Bytes_that_nobody_has_read_are_seen()
    {
        _link.HasUnreadBytes().Should().BeFalse();
        _sockets.Server.Send([1]);
        Wait.Until(_link.HasUnreadBytes, "the byte has come");
        _sockets.Client.Receive(new byte[1]);
        _link.HasUnreadBytes().Should().BeFalse();
    }

    [Test]
    public void Shutdown_lets_everything_sent_before_arrive_and_reading_go_on()
    {
        _sockets.Client.Send([1, 2, 3]);
        _link.ShutdownSend();
        _link.ShutdownSend();

        byte[] buffer = new byte[10];
        _sockets.Server.Receive(buffer).Should().Be(3);
        _sockets.Server.Receive(buffer).Should().Be(0);
        _sockets.Server.Send([9]);
        _sockets.Client.Receive(buffer).Should().Be(1);
    }

    [Test]
    public void Kill_frees_a_blocked_reader_and_a_blocked_writer_in_milliseconds()
    {
        _sockets.Fill();
        BackgroundRun reader = Run.InBackground(() => ReadToEnd(_link.Wire));
        BackgroundRun writer = Run.InBackground(() => _link.Wire.Write(new byte[10_000_000], 0, 10_000_000));
        writer.EndsWithin(TimeSpan.FromMilliseconds(50)).Should().BeFalse("there is no room");

        TimeSpan elapsed = Elapsed.Of(() =>
        {
            _link.Kill();
            reader.Join();
            writer.Invoking(w => w.Join()).Should().Throw<Exception>().Which.Should().NotBeOfType<TimeoutException>();
        });

        elapsed.Should().BeBelow(TimeSpan.FromSeconds(1));
        _stream.Disposals.Should().Be(0, "only Dispose touches the stream");
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Kill_of_a_socket_starts_no_thread()
    {
        using SocketPair sockets = new();
        using FrameRecorder stream = new();
        CountingStream wire = new(new NetworkStream(sockets.Client), MonotonicClock.System);
        bool hasStarted = false;
        Link link = new(new SocketChannel(sockets.Client), wire, stream, startThread: _ => hasStarted = true);

        link.Kill();

        hasStarted.Should().BeFalse();
        sockets.Server.Receive(new byte[1]).Should().Be(0, "it is cut all the same");
    }

    [Test]
    public void Interrupt_of_who_frees_it_strikes_later()
    {
        bool? hasStruck = null;
        var channel = new Mock<IChannel>();
        channel.Setup(c => c.Dispose()).Callback(() => hasStruck = PendingInterrupt.Take());
        using CountingStream wire = new(_stream, MonotonicClock.System);
        Link link = new(channel.Object, wire, wire);
        Thread.CurrentThread.Interrupt();

        link.Dispose();

        hasStruck.Should().BeFalse("it would, where others have to let go of the socket first");
        PendingInterrupt.Take().Should().BeTrue();
    }

    [Test]
    public void Dead_link_answers_every_question_and_takes_every_call()
    {
        _link.Kill();
        _link.Kill();
        _link.ShutdownSend();

        _link.CanWriteNow().Should().BeFalse();
        _link.HasUnreadBytes().Should().BeFalse();
        _link.Dispose();
        _stream.Disposals.Should().Be(1);
        _link.LocalEndPoint.Should().NotBeNull();
        _link.RemoteEndPoint.Should().NotBeNull();
    }

    [Test]
    public void Link_over_a_dead_socket_can_be_made()
    {
        using FrameRecorder stream = new();
        using SocketPair sockets = new();
        CountingStream wire = new(new NetworkStream(sockets.Client), MonotonicClock.System);
        sockets.Client.Dispose();

        Link link = new(new SocketChannel(sockets.Client), wire, stream);

        (link.LocalEndPoint, link.RemoteEndPoint).Should().Be((null, null));
    }

    // What it ends with differs by platform: the end of the stream, or an exception.
    private static void ReadToEnd(Stream stream)
    {
        try
        {
            while (stream.ReadByte() >= 0)
            {
            }
        }
        catch (IOException)
        {
        }
    }
}
