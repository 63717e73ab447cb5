using System;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>Tests over one real server, which runs as long as the fixture.</summary>
public abstract class RealServerTests(RealServer server)
{
    /// <summary>For whatever a server on a busy machine answers; far below the client's own bounds.</summary>
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private Peer? _peer;
    private int _printedBefore;

    protected RealServer Server { get; } = server;

    protected Uri Uri => _peer!.Uri;

    [OneTimeSetUp]
    public void StartServer() => _peer = Server.Start();

    [SetUp]
    public void SkipWhatWasPrinted() => _printedBefore = _peer!.Output.Length;

    [OneTimeTearDown]
    public void EndServer() => _peer?.Dispose();

    protected WebSocketClient Connect(string path = "/", WebSocketClientOptions? options = null)
    {
        options ??= new WebSocketClientOptions();
        options.RemoteCertificateValidationCallback = Trust.InOurs;
        return WebSocketClient.Connect(new Uri(Uri, path), options);
    }

    protected void WaitUntilServerSawClose(int status) => Wait.Until(
        () => _peer!.Output.IndexOf(FormattableString.Invariant($"closed with {status}"), _printedBefore, StringComparison.Ordinal) >= 0,
        FormattableString.Invariant($"the server has our Close frame with {status}"));
}
