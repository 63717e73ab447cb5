using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace Sync.WebSockets.Transport;

/// <summary>From an address to a connected socket. Dialling thread only.</summary>
internal sealed class TcpDialer(ClientEnvironment environment, WebSocketClientOptions options)
{
    // Each takes a thread for as long as it is tried.
    private const int MostAddresses = 32;

    /// <summary>Blocks until it is connected; throws <see cref="WebSocketConnectException"/>, or ODE when nobody waits any more.</summary>
    /// <param name="target">A name and port, an IP address and port, or an address that only the socket understands.</param>
    /// <param name="watch">Keeps the time.</param>
    public Socket Dial(EndPoint target, DialWatch watch)
    {
        watch.Enter(WebSocketConnectStage.Dns);
        List<EndPoint> endPoints = target is DnsEndPoint named ? Resolve(named, watch) : [target];
        watch.Enter(WebSocketConnectStage.Tcp);
        return endPoints.Count == 1 ? Connect(endPoints[0], target, watch) : Race(endPoints, target, watch);
    }

    private List<EndPoint> Resolve(DnsEndPoint target, DialWatch watch)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(target.Host.Trim('[', ']'), out IPAddress? literal) ? [literal] : environment.Resolve(target.Host);
        }
        catch (SocketException e)
        {
            throw NoAddress(target, e.Message, watch, e);
        }
        if (addresses.Length == 0)
            throw NoAddress(target, "the resolver answered with no address", watch);
        List<EndPoint> endPoints = [.. Alternate(addresses.Where(CanBeReached)).Take(MostAddresses).Select(address => new IPEndPoint(address, target.Port))];
        return endPoints.Count > 0 ? endPoints : throw NoAddress(target, "none of its addresses is of the same family as LocalEndPoint", watch);
    }

    private bool CanBeReached(IPAddress address) => options.LocalEndPoint is null || options.LocalEndPoint.AddressFamily == address.AddressFamily;

    // RFC 8305, 4: by families in turn, the resolver's favourite first, so that a family that leads nowhere costs one head start.
    private static IEnumerable<IPAddress> Alternate(IEnumerable<IPAddress> addresses) => addresses
        .GroupBy(address => address.AddressFamily)
        .SelectMany(family => family.Select((address, rank) => (address, rank)))
        .OrderBy(ranked => ranked.rank)
        .Select(ranked => ranked.address);

    // Without a thread for it.
    private Socket Connect(EndPoint endPoint, EndPoint target, DialWatch watch)
    {
        Socket? socket = null;
        try
        {
            socket = CreateSocket(endPoint);
            watch.BlockOn(socket);
            // Disposing frees no connect of a Unix socket that waits in a full backlog; its own bound does.
            if (endPoint is not IPEndPoint)
                socket.SendTimeout = Math.Max(0, (int)watch.Remaining.TotalMilliseconds);
            socket.Connect(endPoint);
            if (endPoint is not IPEndPoint)
                socket.SendTimeout = 0;
            return socket;
        }
        catch (Exception e)
        {
            socket?.Dispose();
            // Nobody may be waiting any more, which is why it failed.
            watch.Enter(WebSocketConnectStage.Tcp);
            throw NoConnection(target, [endPoint], [e], watch);
        }
    }

    private Socket Race(IReadOnlyList<EndPoint> endPoints, EndPoint target, DialWatch watch)
    {
        ConnectRace race = new(endPoints, CreateSocket, environment);
        try
        {
            watch.BlockOn(race);
            return race.Run() ?? throw NoConnection(target, endPoints, race.Failures, watch);
        }
        finally
        {
            // On Mono it takes a second to dispose a socket that connects.
            if (race.End())
                SharedThread.StartOrRun("disposal", () => Link.Free(race), environment.StartThread);
        }
    }

    private Socket CreateSocket(EndPoint endPoint)
    {
        bool isTcp = endPoint is IPEndPoint;
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, isTcp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (options.ReceiveBufferSize is { } receiveBuffer)
                socket.ReceiveBufferSize = receiveBuffer;
            if (options.SendBufferSize is { } sendBuffer)
                socket.SendBufferSize = sendBuffer;
            if (!isTcp)
                return socket;
            socket.NoDelay = options.NoDelay;
            if (options.TcpKeepAlive is { } keepAlive)
                KeepAlive.Apply(socket, keepAlive);
            if (options.LocalEndPoint is { } local)
                socket.Bind(local);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static WebSocketConnectException NoAddress(DnsEndPoint target, string why, DialWatch watch, Exception? inner = null) =>
        watch.Failure($"No address found for the host {target.Host}: {why}. Check the name and the network's DNS.", inner);

    private static WebSocketConnectException NoConnection(
        EndPoint target, IReadOnlyList<EndPoint> endPoints, IReadOnlyList<Exception?> failures, DialWatch watch)
    {
        IEnumerable<string> tried = endPoints.Zip(failures, (endPoint, failure) => endPoint + ": " + (failure?.Message ?? "not tried"));
        string where = target is DnsEndPoint named
            ? named.Host + " on port " + named.Port.ToString(CultureInfo.InvariantCulture)
            : target.ToString()!;
        return watch.Failure(
            $"No connection to {where}: {string.Join("; ", tried)}. Check the address and the firewall, and that something listens there.",
            failures.LastOrDefault(failure => failure is not null));
    }
}
