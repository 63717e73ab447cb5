using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sync.WebSockets.Support;

/// <summary>A client of a few lines: with it the servers can be tested, and used, without the library.</summary>
internal sealed class PlainClient : IDisposable
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    private readonly Uri _uri;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;

    public PlainClient(Uri uri, X509Certificate2? certificate = null)
    {
        _uri = uri;
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000 };
        Socket.Connect(new IPEndPoint(IPAddress.Loopback, uri.Port));
        var plain = new NetworkStream(Socket, ownsSocket: true);
        Stream = string.Equals(uri.Scheme, "wss", StringComparison.Ordinal) ? StartTls(plain, uri.Host, certificate) : plain;
        _reader = new FrameReader(Stream);
        _writer = new FrameWriter(Stream);
    }

    public Socket Socket { get; }

    public Stream Stream { get; }

    /// <summary>The certificate that the server showed; null without TLS.</summary>
    public X509Certificate? ServerCertificate => (Stream as SslStream)?.RemoteCertificate;

    /// <summary>Asks for the upgrade and returns the head of the answer.</summary>
    public string Upgrade(params string[] extraHeaders)
    {
        string[] head =
        [
            $"GET {_uri.PathAndQuery} HTTP/1.1",
            $"Host: {_uri.Authority}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: " + Key,
            "Sec-WebSocket-Version: 13",
            .. extraHeaders,
        ];
        SendRaw(Encoding.ASCII.GetBytes(string.Join("\r\n", head) + "\r\n\r\n"));
        return _reader.ReadHead();
    }

    public void SendRaw(byte[] bytes) => _writer.Write(bytes);

    public void SendFrame(int opcode, byte[] payload, bool fin = true, bool masked = true) =>
        _writer.Write(opcode, payload, fin, rsv: 0, masked);

    public void SendText(string text) => SendFrame(Op.Text, Encoding.UTF8.GetBytes(text));

    public ServerFrame? ReadFrame() => _reader.ReadFrame();

    public byte[] ReadToEnd() => _reader.ReadToEnd();

    public void Dispose() => Stream.Dispose();

    private static SslStream StartTls(Stream plain, string host, X509Certificate2? certificate)
    {
        byte[] expected = TestCertificates.Localhost.RawData;
        var tls = new SslStream(plain, leaveInnerStreamOpen: false, (_, server, _, _) => server!.GetRawCertData().SequenceEqual(expected));
        var own = certificate is null ? new X509CertificateCollection() : new X509CertificateCollection { certificate };
        try
        {
            tls.AuthenticateAsClient(host, own, TlsVersions.Accepted, checkCertificateRevocation: false);
            return tls;
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }
}
