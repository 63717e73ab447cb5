using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sync.WebSockets.Support;

// Owner: the proxy's thread writes all of it, before the answer that follows from it goes out; the test reads it after that answer.

/// <summary>
/// One connection to a test proxy: what came before the tunnel was open, and what the proxy made of it. It reads exactly what it needs,
/// since the next byte may be the server's.
/// </summary>
internal sealed class TestProxyVisit(Stream stream)
{
    private const int MaxHead = 64 * 1024;

    // One byte, one character, so that bytes can be searched as text.
    private static readonly Encoding Latin1 = Encoding.GetEncoding("iso-8859-1");

    // Guarded by itself.
    private readonly List<byte> _received = [];

    /// <summary>Every byte that came before the tunnel was open, as Latin-1; under TLS what was inside.</summary>
    public string Text
    {
        get
        {
            lock (_received)
                return Latin1.GetString(_received.ToArray());
        }
    }

    /// <summary>Where the client wanted to go; null when it did not come to that.</summary>
    public string? Host { get; private set; }

    public int Port { get; private set; }

    /// <summary>SOCKS: how the host was written: 1 IPv4, 3 name, 4 IPv6.</summary>
    public int? AddressType { get; set; }

    /// <summary>SOCKS: user name and password with a colon between them. HTTP: the last Proxy-Authorization.</summary>
    public string? Credentials { get; set; }

    /// <summary>The other end of the tunnel; null when there is none.</summary>
    public Socket? Server { get; private set; }

    public byte[] Read(int count)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            int got = stream.Read(bytes, done, count - done);
            if (got <= 0)
                throw new EndOfStreamException($"The client ended the stream after {done} of {count} bytes.");
            lock (_received)
                _received.AddRange(bytes.Skip(done).Take(got));
            done += got;
        }
        return bytes;
    }

    public ServerRequest ReadRequest()
    {
        var head = new StringBuilder();
        do
        {
            head.Append(Latin1.GetString(Read(1)));
            if (head.Length > MaxHead)
                throw new InvalidDataException($"No blank line within {MaxHead} bytes.");
        }
        while (head.Length < 4 || head.ToString(head.Length - 4, 4) != "\r\n\r\n");
        return new ServerRequest(head.ToString());
    }

    /// <summary>Connects to where the client wants to go. Names under .example are this machine's, other names nobody's. Null: nobody is there.</summary>
    public Socket? Connect(string host, int port)
    {
        Host = host;
        Port = port;
        IPAddress? address = IPAddress.Loopback;
        if (!host.EndsWith(".example", StringComparison.Ordinal) && !IPAddress.TryParse(host, out address))
            return null;
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(new IPEndPoint(address, port));
            Server = socket;
            return socket;
        }
        catch (SocketException)
        {
            socket?.Dispose();
            return null;
        }
    }
}
