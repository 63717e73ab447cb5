using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Threading;

namespace Sync.WebSockets.Consumers
{
    /// <summary>Says every public name of the library once, as a program of .NET Framework would. Grows with the public surface.</summary>
    public static class WholeSurface
    {
        private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

        public static WebSocketClientOptions Options()
        {
            var options = new WebSocketClientOptions
            {
                PingInterval = Second,
                PingTimeout = Second,
                ConnectTimeout = Second,
                CloseTimeout = Second,
                SendTimeout = Timeout.InfiniteTimeSpan,
                MaxMessageSize = 1024,
                MaxStreamedMessageSize = long.MaxValue,
                MaxSendFrameSize = 1024,
                ReceiveQueueBytes = 1024,
                RequireSubProtocol = true,
                Origin = "https://example.com",
                UserAgent = null,
                RemoteCertificateValidationCallback = (sender, certificate, chain, errors) => errors == SslPolicyErrors.None,
                SslProtocols = SslProtocols.Tls12,
                CheckCertificateRevocation = true,
                NoDelay = true,
                ReceiveBufferSize = 1024,
                SendBufferSize = null,
                LoggerFactory = null,
            };
            options.SubProtocols.Add("chat");
            options.ClientCertificates.Clear();
            options.Headers.Add("X-One", "1");
            options.Headers["X-Two"] = "2";
            return options;
        }

        public static WebSocketClient Connect(CancellationToken cancellationToken)
        {
            WebSocketClient.Connect("ws://localhost").Dispose();
            WebSocketClient.Connect("ws://localhost", Options()).Dispose();
            WebSocketClient.Connect("ws://localhost", Options(), cancellationToken).Dispose();
            WebSocketClient.Connect(new Uri("ws://localhost")).Dispose();
            return WebSocketClient.Connect(new Uri("ws://localhost"), Options(), cancellationToken);
        }

        public static void Send(WebSocketClient client, byte[] bytes)
        {
            client.Send("text");
            client.Send(bytes);
            client.Send(bytes, WebSocketMessageType.Text);
            client.Send(bytes, 0, bytes.Length, WebSocketMessageType.Binary);
            ReadOnlySpan<byte> span = bytes;
            client.Send(span.Slice(1), WebSocketMessageType.Binary);
            client.Pong();
            client.Pong(bytes);
        }

        public static void Receive(WebSocketClient client, byte[] buffer, CancellationToken cancellationToken)
        {
            WebSocketMessage message = client.Receive();
            message = client.Receive(Second);
            message = client.Receive(Second, cancellationToken);
            if (client.TryReceive(TimeSpan.Zero, out WebSocketMessage next))
                message = next;

            int count = client.Receive(buffer, out WebSocketMessageType type, Second);
            foreach (WebSocketMessage each in client.ReceiveAll(cancellationToken))
                Console.WriteLine(each);

            string text = message.MessageType == WebSocketMessageType.Text ? message.Text : Convert.ToBase64String(message.Data);
            Console.WriteLine(text + type + count + client.ReceiveText() + client.ReceiveText(Second));
        }

        public static void Look(WebSocketClient client)
        {
            WebSocketState state = client.State;
            Uri uri = client.Uri;
            string subProtocol = client.SubProtocol;
            EndPoint local = client.LocalEndPoint, remote = client.RemoteEndPoint;
            WebSocketHandshakeResponse response = client.Response;
            WebSocketHeaders headers = response.Headers;
            Console.WriteLine($"{state} {uri} {subProtocol} {local} {remote} {response.StatusCode} {response.ReasonPhrase}");
            if (headers.Contains("Server") && headers.Remove("Date") && headers.Count > 0)
                Console.WriteLine(headers["Server"] + string.Join(";", headers.GetValues("Server")));

            foreach (KeyValuePair<string, string> header in headers)
                Console.WriteLine(header.Key + header.Value);

            WebSocketStatistics statistics = client.GetStatistics();
            Console.WriteLine(statistics.MessagesSent + statistics.MessagesReceived + statistics.PayloadBytesSent + statistics.PayloadBytesReceived);
            Console.WriteLine(statistics.WireBytesSent + statistics.WireBytesReceived);
            Console.WriteLine(statistics.PingsSent + statistics.PingsReceived + statistics.PongsSent + statistics.PongsReceived);
            Console.WriteLine((statistics.Latency ?? client.Latency) + statistics.Age);
            client.PingInterval = client.PingTimeout + client.Ping() + client.Ping(Second);
            client.PingTimeout = Timeout.InfiniteTimeSpan;
        }

        public static void End(WebSocketClient client)
        {
            client.Close(WebSocketCloseStatus.NormalClosure, "done");
            client.Close();
            if (!client.WaitForClose(Second))
                client.Abort();

            Console.WriteLine(client.CloseStatus + client.CloseStatusDescription);
            client.Dispose();
        }

        public static string Explain(Exception exception)
        {
            switch (exception)
            {
                case WebSocketConnectException connect:
                    return connect.Stage == WebSocketConnectStage.Handshake ? $"{connect.Response} {connect.Body.Length}" : connect.Message;
                case WebSocketClosedException closed when closed.Cause == WebSocketCloseCause.RemoteClose:
                    return closed.CloseStatus + closed.CloseStatusDescription;
                case WebSocketClosedException closed:
                    WebSocketCloseFrame? first = closed.ReceivedCloseFirst && !closed.SendOutcomeUnknown ? closed.ReceivedClose : closed.SentClose;
                    return first?.Status + first?.Description;
                case WebSocketClientException any:
                    return any.Message;
                case IOException io:
                    return io.Message;
                default:
                    return null;
            }
        }

        // Everything that a mock of the client must return or throw can be made by hand.
        public static object[] MadeByHand(byte[] bytes)
        {
            var headers = new WebSocketHeaders { { "Server", "mock" } };
            var frame = new WebSocketCloseFrame(WebSocketCloseStatus.NormalClosure, "done");
            return new object[]
            {
                WebSocketMessage.FromText("text"),
                WebSocketMessage.FromBinary(bytes),
                new WebSocketStatistics { MessagesSent = 1, Latency = Second, Age = Second },
                new WebSocketHandshakeResponse(101, "Switching Protocols", headers),
                new WebSocketClientException("why", new IOException()),
                new WebSocketConnectException("why", WebSocketConnectStage.Tcp, new SocketException(), null, null),
                new WebSocketClosedException("why", WebSocketCloseCause.RemoteClose, frame, frame, true, null, sendOutcomeUnknown: false),
                frame == default(WebSocketCloseFrame),
            };
        }

        public static void UseInterface(IWebSocketClient client, byte[] bytes)
        {
            client.Send("text");
            client.Send(bytes);
            client.Send(bytes, WebSocketMessageType.Binary);
            Console.WriteLine(client.Receive() == client.Receive(Second) && client.TryReceive(Second, out _) && client.WaitForClose(Second));
            Console.WriteLine(client.Ping(Second) + client.State.ToString() + client.CloseStatus);
            client.Close();
            client.Close(WebSocketCloseStatus.EndpointUnavailable, null);
            client.Abort();
            client.Dispose();
        }
    }
}
