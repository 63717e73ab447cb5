using System;
using System.IO;
using System.Net;
using System.Net.Sockets;

namespace Sync.WebSockets.Consumers
{
    /// <summary>The way to a server, with all that can be set.</summary>
    public static class Reaching
    {
        public static WebSocketClientOptions Options(Socket socket, Stream stream)
        {
            var options = new WebSocketClientOptions
            {
                Proxy = new WebProxy("http://proxy.example:3128") { Credentials = new NetworkCredential("user", "password") },
                Credentials = new CredentialCache(),
                Cookies = new CookieContainer(),
                TargetHost = "internal.example.com",
                RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 8443),
                LocalEndPoint = new IPEndPoint(IPAddress.Any, 0),
                SocketDialer = endPoint => socket,
            };
            options.UseProxy = !options.UseProxy && options.Proxy != null;
            options.MaxRedirects = options.MaxRedirects + 1;
            options.PreAuthenticate = !options.PreAuthenticate && options.Credentials != null;
            options.UseUserInfo = !options.UseUserInfo && options.Cookies != null;
            if (options.SocketDialer == null && options.TargetHost == null && options.RemoteEndPoint == null && options.LocalEndPoint == null)
                options.StreamDialer = options.StreamDialer ?? (endPoint => stream);
            return options;
        }

        public static TimeSpan? WaitAfter(WebSocketConnectException refusal) =>
            refusal.Stage == WebSocketConnectStage.Proxy ? null : refusal.RetryAfter;
    }
}
