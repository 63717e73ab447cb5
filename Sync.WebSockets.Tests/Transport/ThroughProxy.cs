using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

/// <summary>Clients in a world of their own: it has the variables that the test gives it, and a resolver that knows nobody but localhost.</summary>
internal static class ThroughProxy
{
    /// <summary>A server, under a name that only a test proxy knows.</summary>
    public static Uri UriOf(ScriptedServer server) => new UriBuilder(server.Uri) { Host = "echo.example" }.Uri;

    public static WebSocketClient Connect(
        ScriptedServer server, IWebProxy? proxy, Action<WebSocketClientOptions>? configure = null, Func<string, string?>? variables = null) =>
        Connect(UriOf(server), proxy, configure, variables);

    public static WebSocketClient Connect(
        Uri uri, IWebProxy? proxy, Action<WebSocketClientOptions>? configure = null, Func<string, string?>? variables = null)
    {
        WebSocketClientOptions options = TestClient.Options(o => o.Proxy = proxy);
        configure?.Invoke(options);
        var environment = new ClientEnvironment { Resolve = Resolve, Variable = variables ?? (_ => null), SystemProxy = () => null };
        return WebSocketClient.Connect(uri, options, environment, CancellationToken.None);
    }

    public static WebSocketConnectException FailureOf(ScriptedServer server, IWebProxy? proxy, Action<WebSocketClientOptions>? configure = null) =>
        FailureOf(UriOf(server), proxy, configure);

    public static WebSocketConnectException FailureOf(Uri uri, IWebProxy? proxy, Action<WebSocketClientOptions>? configure = null) =>
        TestClient.FailureOf(() => Connect(uri, proxy, configure).Dispose());

    // The name in the certificates of servers and proxies.
    private static IPAddress[] Resolve(string host) =>
        host == "localhost" ? [IPAddress.Loopback] : throw new SocketException((int)SocketError.HostNotFound);
}
