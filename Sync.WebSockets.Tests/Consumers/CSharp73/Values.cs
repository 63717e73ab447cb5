using System;
using System.IO;
using System.Threading;

namespace Sync.WebSockets.Consumers
{
    /// <summary>What <see cref="WholeSurface"/> leaves out: options that are read, values that are compared, and all that can be made.</summary>
    public static class Values
    {
        public static string Read(WebSocketClientOptions options)
        {
            TimeSpan times = options.PingInterval + options.PingTimeout + options.ConnectTimeout + options.CloseTimeout + options.SendTimeout;
            long sizes = options.MaxStreamedMessageSize + options.MaxMessageSize + options.MaxSendFrameSize + options.ReceiveQueueBytes
                + (options.ReceiveBufferSize ?? 0) + (options.SendBufferSize ?? 0);
            bool any = options.RequireSubProtocol || options.NoDelay || options.CheckCertificateRevocation
                || options.RemoteCertificateValidationCallback != null || options.LoggerFactory != null || options.HeartbeatPolicy != null
                || options.TcpKeepAlive != null || options.ReceiveIdleTimeout != Timeout.InfiniteTimeSpan;
            return $"{times} {sizes} {any} {options.Origin} {options.UserAgent} {options.SslProtocols}";
        }

        public static bool Compare(WebSocketMessage one, WebSocketMessage other, WebSocketCloseFrame frame, WebSocketCloseFrame otherFrame) =>
            (one == other && one.Equals(other)) || one != other || (frame == otherFrame && frame.Equals(otherFrame)) || frame != otherFrame;

        public static TimeSpan DoublePingInterval(WebSocketClient client) => client.PingInterval += client.PingInterval;

        public static Exception[] Exceptions() => new Exception[]
        {
            new WebSocketClientException(),
            new WebSocketClientException("why"),
            new WebSocketConnectException(),
            new WebSocketConnectException("why"),
            new WebSocketConnectException("why", new IOException()),
            new WebSocketClosedException(),
            new WebSocketClosedException("why"),
            new WebSocketClosedException("why", new IOException()),
        };

        public static WebSocketStatistics Statistics() => new WebSocketStatistics
        {
            MessagesSent = 1,
            MessagesReceived = 2,
            PayloadBytesSent = 3,
            PayloadBytesReceived = 4,
            WireBytesSent = 5,
            WireBytesReceived = 6,
            PingsSent = 7,
            PingsReceived = 8,
            PongsSent = 9,
            PongsReceived = 10,
            Latency = null,
            Age = TimeSpan.Zero,
        };
    }
}
