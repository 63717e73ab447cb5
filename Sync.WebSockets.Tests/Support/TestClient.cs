using System;
using System.Diagnostics;
using System.Linq;
using FluentAssertions;

namespace Sync.WebSockets.Support;

/// <summary>Clients of the scripted server: they accept its certificate, and a Close that is not answered takes them a second.</summary>
internal static class TestClient
{
    public static WebSocketClient Connect(ScriptedServer server, Action<WebSocketClientOptions>? configure = null) =>
        Connect(server.Uri, configure);

    public static WebSocketClient Connect(Uri uri, Action<WebSocketClientOptions>? configure = null) =>
        WebSocketClient.Connect(uri, Options(configure));

    public static WebSocketClientOptions Options(Action<WebSocketClientOptions>? configure = null)
    {
        var options = new WebSocketClientOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetRawCertData().SequenceEqual(TestCertificates.Localhost.RawData),
            CloseTimeout = TimeSpan.FromSeconds(1),
        };
        configure?.Invoke(options);
        return options;
    }

    /// <summary>The exception of a call that finds the connection at its end.</summary>
    public static WebSocketClosedException EndOf(Action call) => call.Should().Throw<WebSocketClosedException>().Which;

    /// <summary>Waits until the connection has taken so many bytes of a long message, and takes no more.</summary>
    public static void WaitUntilSendIsStuck(WebSocketClient client, long afterBytes = 100_000)
    {
        long before = -1;
        var since = Stopwatch.StartNew();
        Wait.Until(
            () =>
            {
                long sent = client.GetStatistics().WireBytesSent;
                if (sent != before)
                    since.Restart();
                before = sent;
                return sent > afterBytes && since.Elapsed > TimeSpan.FromMilliseconds(250);
            },
            "the Send is stuck");
    }

    /// <summary>The exception of an attempt to connect that fails.</summary>
    public static WebSocketConnectException FailureOf(Action connect) => connect.Should().Throw<WebSocketConnectException>().Which;
}
