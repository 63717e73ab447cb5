using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Support;

[TestFixture]
[NonParallelizable]
public sealed class FaultProxyTests
{
    private static readonly byte[] Payload = Traffic.Bytes(100, seed: 1);

    [Test]
    public void Bytes_and_the_end_of_the_stream_pass_in_both_directions()
    {
        using ScriptedServer server = Reflector();
        using var proxy = new FaultProxy(server.Uri, bufferSize: 8 * 1024);
        using Socket client = Connect(proxy);

        client.Send(Payload);
        client.Shutdown(SocketShutdown.Send);

        ReadToEnd(client).Should().Equal(Payload);
        server.Join();
        proxy.ToServer.Forwarded.Should().Be(Payload.Length);
        proxy.ToClient.Forwarded.Should().Be(Payload.Length);
    }

    [Test]
    public void Held_lane_hands_on_nothing_and_all_of_it_once_it_is_released()
    {
        using ScriptedServer server = Reflector();
        using var proxy = new FaultProxy(server.Uri);
        using Socket client = Connect(proxy);
        proxy.ToClient.HoldAfter(40);

        client.Send(Payload);
        client.Shutdown(SocketShutdown.Send);

        Read(client, 40).Should().Equal(Payload.Take(40));
        client.Poll(200_000, SelectMode.SelectRead).Should().BeFalse("the lane is held");
        proxy.ToClient.Release();
        ReadToEnd(client).Should().Equal(Payload.Skip(40));
    }

    [Test]
    public void Blackhole_keeps_the_end_of_the_stream_from_the_peer()
    {
        using ScriptedServer server = Reflector();
        using var proxy = new FaultProxy(server.Uri);
        using Socket client = Connect(proxy);
        client.Send(Payload);
        Read(client, Payload.Length);

        proxy.Blackhole();
        client.Shutdown(SocketShutdown.Send);

        client.Poll(200_000, SelectMode.SelectRead).Should().BeFalse("the server has not heard of it");
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Lane_ends_behind_the_byte_it_was_told(bool reset)
    {
        using ScriptedServer server = Reflector();
        using var proxy = new FaultProxy(server.Uri);
        using Socket client = Connect(proxy);
        proxy.ToClient.EndAfter(3, reset ? LaneEnd.Reset : LaneEnd.Fin);

        client.Send(Payload, 0, 3, SocketFlags.None);
        Read(client, 3).Should().Equal(Payload.Take(3));
        client.Send(Payload, 3, 1, SocketFlags.None);

        Func<byte[]> rest = () => ReadToEnd(client);
        if (reset)
            rest.Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        else
            rest().Should().BeEmpty();
    }

    [Test]
    public void Reset_reaches_the_client()
    {
        using ScriptedServer server = Reflector();
        using var proxy = new FaultProxy(server.Uri);
        using Socket client = Connect(proxy);
        client.Send(Payload);
        Read(client, Payload.Length);

        proxy.Reset();

        client.Invoking(c => ReadToEnd(c)).Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Test]
    public void Reset_of_one_peer_is_handed_on_to_the_other()
    {
        using ScriptedServer server = new(connection =>
        {
            connection.Stream.ReadByte();
            connection.Reset();
        });
        using var proxy = new FaultProxy(server.Uri);
        using Socket client = Connect(proxy);

        client.Send(Payload, 0, 1, SocketFlags.None);

        client.Invoking(c => ReadToEnd(c)).Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Test]
    public void Drip_bounds_the_speed_until_it_is_taken_off()
    {
        using ScriptedServer server = Reflector();
        using var proxy = new FaultProxy(server.Uri);
        using Socket client = Connect(proxy);
        proxy.ToServer.Drip(50);
        var watch = Stopwatch.StartNew();

        client.Send(Payload);

        Read(client, 26);
        watch.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(0.45)).And.BeLessThan(TimeSpan.FromSeconds(1.5));
        proxy.ToServer.Drip(null);
        Read(client, 74);
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(1.5), "at that speed it would have been two");
    }

    [Test]
    public void Delay_holds_each_piece_back()
    {
        using ScriptedServer server = Reflector();
        using var proxy = new FaultProxy(server.Uri);
        using Socket client = Connect(proxy);
        proxy.ToServer.Delay(TimeSpan.FromMilliseconds(200));

        Elapsed.Of(() =>
        {
            client.Send(Payload);
            Read(client, Payload.Length);
        }).Should().BeGreaterThan(TimeSpan.FromMilliseconds(190));
    }

    [Test]
    public void Dispose_frees_a_proxy_that_nobody_came_to_or_that_holds_and_drips()
    {
        using ScriptedServer server = Reflector();
        new FaultProxy(server.Uri).Dispose();
        var proxy = new FaultProxy(server.Uri);
        using Socket client = Connect(proxy);
        proxy.ToServer.Drip(1);
        proxy.ToClient.Hold();
        client.Send(Payload);
        Wait.Until(() => proxy.ToServer.Forwarded > 0, "the first byte has passed");

        Elapsed.Of(proxy.Dispose).Should().BeLessThan(TimeSpan.FromSeconds(5));
    }

    /// <summary>Sends each byte back as it comes, and its own end behind the client's.</summary>
    private static ScriptedServer Reflector() => new(connection =>
    {
        try
        {
            byte[] buffer = new byte[1024];
            for (int got; (got = connection.Stream.Read(buffer, 0, buffer.Length)) > 0;)
                connection.Stream.Write(buffer, 0, got);
        }
        catch (IOException)
        {
            // The proxy has cut the connection, as the test wants it.
        }
    });

    private static Socket Connect(FaultProxy proxy)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, proxy.Uri.Port));
        return socket;
    }

    private static byte[] Read(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            int got = socket.Receive(bytes, done, count - done, SocketFlags.None);
            got.Should().BePositive("{0} bytes are missing", count - done);
            done += got;
        }

        return bytes;
    }

    private static byte[] ReadToEnd(Socket socket)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[1024];
        for (int got; (got = socket.Receive(buffer)) > 0;)
            all.Write(buffer, 0, got);
        return all.ToArray();
    }
}
