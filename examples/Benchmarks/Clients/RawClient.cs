using System;
using System.Globalization;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Benchmarks.Server;

namespace Benchmarks.Clients;

/// <summary>
/// The bound that no client can pass: the same bytes over a blocking socket, written as they were encoded beforehand, and counted
/// but not looked at when they come.
/// </summary>
internal sealed class RawClient : IClient
{
    private readonly Target _target;
    private readonly Stream _stream;
    private readonly EncodedFrames _sent;
    private readonly EncodedFrames _received;
    private readonly byte[] _buffer;

    public RawClient(Target target)
    {
        _target = target;
        string content = target.IsDeflated ? "json" : "binary";
        _sent = EncodedFrames.Of(target.Size, content, isMasked: true);
        _received = EncodedFrames.Of(target.Size, content, isMasked: false);
        _buffer = new byte[Math.Max(64 * 1024, target.Size)];
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(target.Uri.Host, target.Uri.Port);
        _stream = new NetworkStream(socket, ownsSocket: true);
        if (target.Uri.Scheme == Uri.UriSchemeWss)
        {
            SslStream tls = new(_stream, leaveInnerStreamOpen: false, target.Trust);
            tls.AuthenticateAsClient(target.Uri.Host);
            _stream = tls;
        }
        Upgrade.Request(_stream, target.Uri, target.IsDeflated);
    }

    public void RoundTrips(int count)
    {
        long length = _received.LengthOf(1);
        for (int i = 0; i < count; i++)
        {
            _sent.Write(_stream, 1);
            Read(length);
        }
    }

    public void Receive(int count)
    {
        _stream.Write(Frame.Of(Frame.Text, Digits(count), isMasked: true));
        Read(_received.LengthOf(count));
    }

    public void Send(int count)
    {
        if (_target.Form == Cases.Form.Batch)
            _sent.Write(_stream, count);
        else
            _sent.WriteEach(_stream, count);
        _stream.Write(Frame.Of(Frame.Text, "?"u8, isMasked: true));
        Read(Frame.HeaderLength(0) + Digits(count).Length);
    }

    public void Dispose()
    {
        _stream.Write(Frame.Of(Frame.Close, [3, 232], isMasked: true));
        Read(Frame.HeaderLength(0) + 2);
        _stream.Dispose();
    }

    private void Read(long length)
    {
        while (length > 0)
        {
            int read = _stream.Read(_buffer, 0, (int)Math.Min(length, _buffer.Length));
            if (read == 0)
                throw new EndOfStreamException();
            length -= read;
        }
    }

    private static byte[] Digits(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
