using System;
using System.Collections.Generic;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Microsoft.Extensions.Logging;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets;

/// <summary>
/// What a connection is made with. Values are checked when they are set and copied by <c>Connect</c>: a later change affects later
/// connections only. <see cref="Timeout.InfiniteTimeSpan"/> switches a bound off.
/// </summary>
public sealed partial class WebSocketClientOptions
{
    private TimeSpan _pingInterval = TimeSpan.FromSeconds(20);
    private TimeSpan _pingTimeout = TimeSpan.FromSeconds(20);
    private TimeSpan _connectTimeout = TimeSpan.FromSeconds(10);
    private TimeSpan _closeTimeout = TimeSpan.FromSeconds(10);
    private TimeSpan _sendTimeout = Timeout.InfiniteTimeSpan;
    private TimeSpan _receiveIdleTimeout = Timeout.InfiniteTimeSpan;
    private int _maxMessageSize = 16 * 1024 * 1024;
    private long _maxStreamedMessageSize = long.MaxValue;
    private int _maxSendFrameSize = 256 * 1024;
    private int _receiveQueueBytes = 1024 * 1024;
    private int? _receiveBufferSize;
    private int? _sendBufferSize;
    private string? _origin;
    private string? _userAgent = "Sync.WebSockets";

    /// <summary>
    /// Gets or sets the time between the heartbeat's pings, measured by deadline, without drift; the first one is due one interval
    /// after opening, or up to a twentieth earlier, so that many connections do not ping at once. Default 20 s; infinite: no heartbeat, so a silent peer is never noticed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan PingInterval
    {
        get => _pingInterval;
        set => _pingInterval = Timeouts.CheckPositive(value, nameof(PingInterval));
    }

    /// <summary>
    /// Gets or sets how long the peer may stay silent after a ping of the heartbeat before it counts as dead; any byte that comes is
    /// a sign of life, not only the pong. A silent peer on an idle link is found within
    /// <see cref="PingInterval"/> + <see cref="PingTimeout"/> + 250 ms. Default 20 s; infinite: pings are sent, nothing is ever given up.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan PingTimeout
    {
        get => _pingTimeout;
        set => _pingTimeout = Timeouts.CheckPositive(value, nameof(PingTimeout));
    }

    /// <summary>
    /// Gets or sets the bound of <c>Connect</c> in total: proxy, DNS, every address tried, TLS, the opening handshake, redirects. Default 10 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan ConnectTimeout
    {
        get => _connectTimeout;
        set => _connectTimeout = Timeouts.CheckPositive(value, nameof(ConnectTimeout));
    }

    /// <summary>
    /// Gets or sets the bound of <c>Close</c> and <c>Dispose</c> in total; when it runs out the connection is cut and the call returns
    /// normally. Default 10 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan CloseTimeout
    {
        get => _closeTimeout;
        set => _closeTimeout = Timeouts.CheckPositive(value, nameof(CloseTimeout));
    }

    /// <summary>
    /// Gets or sets the bound of a <c>Send</c> in total, waiting for other senders included. When it runs out before the message's
    /// first byte, <c>Send</c> throws <see cref="TimeoutException"/> and the connection lives; after it the message is torn, so the
    /// connection ends. Default infinite: then the heartbeat ends a <c>Send</c> to a dead peer. With the heartbeat off, or against a
    /// server that goes on sending but never reads, only this bound helps. A message that is being written while TCP has room is held up by
    /// this process rather than by the server, and gets up to 250 ms more. The bound holds for a message as a whole, a streamed one too: choose
    /// it for the longest one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan SendTimeout
    {
        get => _sendTimeout;
        set => _sendTimeout = Timeouts.CheckPositive(value, nameof(SendTimeout));
    }

    /// <summary>
    /// Gets or sets how long nothing but pongs may come before the connection ends with
    /// <see cref="WebSocketCloseCause.ReceiveIdleTimeout"/>: for a feed that has to send something of its own. Distinct from the heartbeat,
    /// which only asks whether the peer lives. Time in which reading is paused does not count. Default infinite.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over <see cref="int.MaxValue"/> ms.</exception>
    public TimeSpan ReceiveIdleTimeout
    {
        get => _receiveIdleTimeout;
        set => _receiveIdleTimeout = Timeouts.CheckPositive(value, nameof(ReceiveIdleTimeout));
    }

    /// <summary>
    /// Gets or sets what makes the heartbeat's policy for a connection, in the place of ping and pong. Default null: a ping every
    /// <see cref="PingInterval"/>, judged by <see cref="PingTimeout"/>. Called once per connection, on its thread, while <c>Connect</c> waits; what it
    /// throws, or null, fails <c>Connect</c>.
    /// </summary>
    public Func<HeartbeatPolicy>? HeartbeatPolicy { get; set; }

    /// <summary>Gets or sets TCP's own keepalive. Default null: as the operating system has it, which is mostly off.</summary>
    public TcpKeepAliveOptions? TcpKeepAlive { get; set; }

    /// <summary>
    /// Gets or sets the largest message that <c>Receive</c> takes, in bytes, after inflating; checked before memory is taken for it. A larger
    /// one ends the connection with 1009 and <see cref="WebSocketCloseCause.MessageTooBig"/>. That is decided when somebody receives, since
    /// <c>OpenReceiveStream</c> takes it; until then the client stops reading, as it does when the queue is full. Default 16 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxMessageSize
    {
        get => _maxMessageSize;
        set => _maxMessageSize = CheckAtLeast(value, 1, nameof(MaxMessageSize));
    }

    /// <summary>
    /// Gets or sets the largest message that <c>OpenReceiveStream</c> hands out, in bytes, after inflating; a larger one ends the connection
    /// with 1009 and <see cref="WebSocketCloseCause.MessageTooBig"/>. Below <see cref="MaxMessageSize"/> it counts as that. Default
    /// <see cref="long.MaxValue"/>, since a stream takes no more memory when it is longer; there is no bound in time either.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public long MaxStreamedMessageSize
    {
        get => _maxStreamedMessageSize;
        set => _maxStreamedMessageSize = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxStreamedMessageSize), value, "MaxStreamedMessageSize must be at least 1.");
    }

    /// <summary>
    /// Gets or sets the largest frame that is sent, in bytes of payload; a longer message goes out in fragments (RFC 6455 section
    /// 5.4), so that pings are answered during a long upload. Default 256 KiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 KiB.</exception>
    public int MaxSendFrameSize
    {
        get => _maxSendFrameSize;
        set => _maxSendFrameSize = CheckAtLeast(value, 1024, nameof(MaxSendFrameSize));
    }

    /// <summary>
    /// Gets or sets how many bytes of received messages may wait for <c>Receive</c>, with what they cost in memory counted. When the
    /// queue is full the client stops reading and TCP slows the server down; it answers no pings meanwhile. One message of any
    /// legal size always fits into an empty queue, and small ones that came together are queued together. Default 1 MiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int ReceiveQueueBytes
    {
        get => _receiveQueueBytes;
        set => _receiveQueueBytes = CheckAtLeast(value, 1, nameof(ReceiveQueueBytes));
    }

    /// <summary>
    /// Gets or sets what is offered of compression (permessage-deflate, RFC 7692). Default null: none, since compressing secrets together
    /// with text that others choose betrays them; <c>Compression = new()</c> switches it on.
    /// </summary>
    public WebSocketCompressionOptions? Compression { get; set; }

    /// <summary>Gets additional headers of the opening handshake. Those of the handshake itself and of HTTP's framing (Upgrade, Connection, Sec-WebSocket-*, Content-Length and the like) are refused by <c>Connect</c>, and so is a second Host, Origin or User-Agent.</summary>
    public WebSocketHeaders Headers { get; } = new();

    /// <summary>Gets the subprotocols offered, the preferred one first (RFC 6455 section 1.9). Default none.</summary>
    public IList<string> SubProtocols { get; } = new List<string>();

    /// <summary>
    /// Gets or sets a value indicating whether <c>Connect</c> fails when the server picks none of <see cref="SubProtocols"/>, which
    /// RFC 6455 allows it to do. Default false.
    /// </summary>
    public bool RequireSubProtocol { get; set; }

    /// <summary>Gets or sets the Origin header (RFC 6455 section 10.2). Default null: none is sent, as for any client but a browser.</summary>
    /// <exception cref="ArgumentException">It holds a character that a header cannot hold.</exception>
    public string? Origin
    {
        get => _origin;
        set
        {
            UpgradeRules.CheckHeaderValue("Origin", value);
            _origin = value;
        }
    }

    /// <summary>Gets or sets the User-Agent header. Default "Sync.WebSockets"; null: none is sent.</summary>
    /// <exception cref="ArgumentException">It holds a character that a header cannot hold.</exception>
    public string? UserAgent
    {
        get => _userAgent;
        set
        {
            UpgradeRules.CheckHeaderValue("User-Agent", value);
            _userAgent = value;
        }
    }

    /// <summary>Gets the certificates with private key that the server may ask for (wss only). Default none.</summary>
    public X509CertificateCollection ClientCertificates { get; } = [];

    /// <summary>
    /// Gets or sets the last word on the certificate of the server (wss only), and of a proxy over TLS: <c>sender</c> is an
    /// <see cref="SslStream"/> whose <c>TargetHostName</c>, on .NET, says which. Default null: it has to be valid, trusted and issued for the host. Runs on the connection's own thread while <c>Connect</c> waits; what it throws fails <c>Connect</c>.
    /// </summary>
    public RemoteCertificateValidationCallback? RemoteCertificateValidationCallback { get; set; }

    /// <summary>
    /// Gets or sets the TLS versions allowed (wss only). Default <see cref="SslProtocols.None"/>: the operating system decides; on
    /// .NET Framework and Mono that is TLS 1.2.
    /// </summary>
    public SslProtocols SslProtocols { get; set; } = SslProtocols.None;

    /// <summary>Gets or sets a value indicating whether the server's certificate is looked up in revocation lists (wss only). Default false, as in SslStream.</summary>
    public bool CheckCertificateRevocation { get; set; }

    /// <summary>Gets or sets a value indicating whether small writes go out at once instead of being gathered (TCP_NODELAY). Default true.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>Gets or sets the size of the socket's receive buffer in bytes (SO_RCVBUF). Default null: the operating system's own, which adapts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int? ReceiveBufferSize
    {
        get => _receiveBufferSize;
        set => _receiveBufferSize = value is { } size ? CheckAtLeast(size, 1, nameof(ReceiveBufferSize)) : null;
    }

    /// <summary>Gets or sets the size of the socket's send buffer in bytes (SO_SNDBUF). Default null: the operating system's own, which adapts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int? SendBufferSize
    {
        get => _sendBufferSize;
        set => _sendBufferSize = value is { } size ? CheckAtLeast(size, 1, nameof(SendBufferSize)) : null;
    }

    /// <summary>
    /// Gets or sets where log events go, under the category <c>Sync.WebSockets</c>: open, close with its cause, heartbeat timeouts,
    /// protocol errors, and every frame at Trace level. Payloads and header values are never logged. Default null: nowhere.
    /// </summary>
    /// <remarks>
    /// Loggers run on the threads that call the client, and on the one that reads: what holds them up there holds up reading. There
    /// <c>Close</c> and <c>Dispose</c> do not wait for the end, and <c>Receive</c>, <c>Ping</c> and <c>WaitForClose</c> throw
    /// <see cref="InvalidOperationException"/>, since nothing would come while they wait. What a logger throws is dropped.
    /// </remarks>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Checks what can only be checked as a whole, and returns a copy that nobody else holds.</summary>
    internal WebSocketClientOptions Freeze()
    {
        UpgradeRules.CheckHeaders(Headers);
        UpgradeRules.CheckSubProtocols([.. SubProtocols]);
        CheckDialers();
        if (RequireSubProtocol && SubProtocols.Count == 0)
            throw new ArgumentException("RequireSubProtocol is set, but SubProtocols is empty: add the subprotocols to offer.", nameof(SubProtocols));
        WebSocketClientOptions copy = new()
        {
            _pingInterval = _pingInterval,
            _pingTimeout = _pingTimeout,
            _connectTimeout = _connectTimeout,
            _closeTimeout = _closeTimeout,
            _sendTimeout = _sendTimeout,
            _receiveIdleTimeout = _receiveIdleTimeout,
            _maxMessageSize = _maxMessageSize,
            _maxStreamedMessageSize = _maxStreamedMessageSize,
            _maxSendFrameSize = _maxSendFrameSize,
            _receiveQueueBytes = _receiveQueueBytes,
            _receiveBufferSize = _receiveBufferSize,
            _sendBufferSize = _sendBufferSize,
            _origin = _origin,
            _userAgent = _userAgent,
            RequireSubProtocol = RequireSubProtocol,
            RemoteCertificateValidationCallback = RemoteCertificateValidationCallback,
            SslProtocols = SslProtocols,
            CheckCertificateRevocation = CheckCertificateRevocation,
            NoDelay = NoDelay,
            HeartbeatPolicy = HeartbeatPolicy,
            TcpKeepAlive = TcpKeepAlive?.Copy(),
            Compression = Compression?.Copy(),
            LoggerFactory = LoggerFactory,
        };
        CopyReachingTo(copy);
        foreach (KeyValuePair<string, string> header in Headers)
            copy.Headers.Add(header.Key, header.Value);
        foreach (string subProtocol in SubProtocols)
            copy.SubProtocols.Add(subProtocol);
        copy.ClientCertificates.AddRange(ClientCertificates);
        return copy;
    }

    private static int CheckAtLeast(int value, int minimum, string name) => value >= minimum
        ? value
        : throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} must be at least {minimum}."));
}
