using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sync.WebSockets.Support;

/// <summary>SOCKS5 as a proxy speaks it (RFC 1928), with user name and password (RFC 1929).</summary>
internal sealed class TestProxySocks(TestProxyOptions options)
{
    /// <summary>The tunnel's other end; null when there is no tunnel.</summary>
    public Socket? Open(ServerConnection connection, TestProxyVisit visit)
    {
        byte method = options.Credentials is null ? (byte)0 : (byte)2;
        Expect(visit, 5, "RFC 1928 3: the version");
        if (Array.IndexOf(visit.Read(visit.Read(1)[0]), method) < 0)
        {
            connection.SendRaw([5, 0xFF]);
            return null;
        }
        connection.SendRaw([5, method]);
        return options.Credentials is null || LetsIn(options.Credentials, connection, visit) ? Connect(connection, visit) : null;
    }

    private static bool LetsIn(NetworkCredential expected, ServerConnection connection, TestProxyVisit visit)
    {
        Expect(visit, 1, "RFC 1929 2: the version");
        visit.Credentials = ReadText(visit) + ":" + ReadText(visit);
        bool isRight = visit.Credentials == expected.UserName + ":" + expected.Password;
        connection.SendRaw([1, isRight ? (byte)0 : (byte)1]);
        return isRight;
    }

    private static Socket? Connect(ServerConnection connection, TestProxyVisit visit)
    {
        Expect(visit, 5, "RFC 1928 4: the version");
        Expect(visit, 1, "RFC 1928 4: CONNECT");
        Expect(visit, 0, "RFC 1928 4: what is reserved");
        visit.AddressType = visit.Read(1)[0];
        string host = visit.AddressType switch
        {
            1 => new IPAddress(visit.Read(4)).ToString(),
            3 => ReadText(visit),
            4 => new IPAddress(visit.Read(16)).ToString(),
            _ => throw new InvalidDataException("RFC 1928 5: there is no such type of address."),
        };
        byte[] port = visit.Read(2);
        Socket? server = visit.Connect(host, (port[0] << 8) | port[1]);
        // 6: what it connects from, which is nobody's business here.
        connection.SendRaw([5, server is null ? (byte)5 : (byte)0, 0, 1, 0, 0, 0, 0, 0, 0]);
        return server;
    }

    private static string ReadText(TestProxyVisit visit) => Encoding.UTF8.GetString(visit.Read(visit.Read(1)[0]));

    private static void Expect(TestProxyVisit visit, byte expected, string what)
    {
        byte came = visit.Read(1)[0];
        if (came != expected)
            throw new InvalidDataException($"{what} should be {expected}, not {came}.");
    }
}
