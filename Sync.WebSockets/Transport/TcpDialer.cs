using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sync.WebSockets.Transport;

/// <summary>From a host name to a connected socket: every address in turn, each with its slice of the time.</summary>
internal sealed class TcpDialer(ClientEnvironment environment, WebSocketClientOptions options)
{
    // With no bound in total, an address that swallows everything must still not keep the next one from its turn.
    private static readonly TimeSpan SliceWithoutBound = TimeSpan.FromSeconds(10);

    public Socket Dial(string host, int port, DialWatch watch)
    {
        watch.Enter(WebSocketConnectStage.Dns);
        IPAddress[] addresses = Resolve(host);
        watch.Enter(WebSocketConnectStage.Tcp);

        StringBuilder tried = new();
        Exception? last = null;
        for (int i = 0; i < addresses.Length; i++)
        {
            IPEndPoint endPoint = new(addresses[i], port);
            Socket? socket = TryConnect(endPoint, Slice(watch.Remaining, addresses.Length - i), watch, out last);
            if (socket is not null)
                return socket;
            watch.Enter(WebSocketConnectStage.Tcp);
            tried.Append(tried.Length == 0 ? string.Empty : "; ").Append(endPoint).Append(": ").Append(last!.Message);
        }
        throw new WebSocketConnectException(
            $"No TCP connection to {host} on port {port.ToString(CultureInfo.InvariantCulture)}: {tried}. Check host, port and firewall, and that the server runs.",
            WebSocketConnectStage.Tcp, last, response: null, body: null);
    }

    private IPAddress[] Resolve(string host)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? literal))
            return [literal];
        IPAddress[] addresses;
        try
        {
            addresses = environment.Resolve(host);
        }
        catch (SocketException e)
        {
            throw NoAddress(host, e.Message, e);
        }
        return addresses.Length > 0 ? addresses : throw NoAddress(host, "the resolver answered with no address", null);
    }

    private Socket? TryConnect(IPEndPoint endPoint, TimeSpan slice, DialWatch watch, out Exception? failure)
    {
        Socket? socket = null;
        failure = null;
        try
        {
            socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = options.NoDelay };
            if (options.ReceiveBufferSize is { } receiveBuffer)
                socket.ReceiveBufferSize = receiveBuffer;
            if (options.SendBufferSize is { } sendBuffer)
                socket.SendBufferSize = sendBuffer;
            if (options.TcpKeepAlive is { } keepAlive)
                KeepAlive.Apply(socket, keepAlive);
            watch.BlockOn(socket, slice);
            socket.Connect(endPoint);
            if (!watch.EndSlice())
                return socket;
            failure = TooSlow(slice);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or NotSupportedException)
        {
            failure = watch.EndSlice() ? TooSlow(slice) : e;
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
        socket?.Dispose();
        return null;
    }

    private static TimeSpan Slice(TimeSpan remaining, int addressesLeft)
    {
        if (addressesLeft == 1)
            return remaining;
        return remaining < TimeSpan.Zero ? SliceWithoutBound : TimeSpan.FromTicks(remaining.Ticks / addressesLeft);
    }

    private static TimeoutException TooSlow(TimeSpan slice) =>
        new(FormattableString.Invariant($"no answer within {slice.TotalSeconds:0.###} s"));

    private static WebSocketConnectException NoAddress(string host, string why, Exception? inner) => new(
        $"No address found for the host {host}: {why}. Check the name and the network's DNS.",
        WebSocketConnectStage.Dns, inner, response: null, body: null);
}
