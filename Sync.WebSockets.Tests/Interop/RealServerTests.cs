using System;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Interop;

/// <summary>Tests over one real server.</summary>
public abstract class RealServerTests(RealServer server)
{
    /// <summary>For whatever a server on a busy machine answers; far below the client's own bounds.</summary>
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private int _printedBefore;

    protected RealServer Server { get; } = server;

    protected Uri Uri => Server.Shared().Uri;

    [OneTimeSetUp]
    public void StartServer() => _ = Server.Shared();

    [SetUp]
    public void SkipWhatWasPrinted() => _printedBefore = Server.Shared().Output.Length;

    protected WebSocketClient Connect(string path = "/", WebSocketClientOptions? options = null)
    {
        options ??= new WebSocketClientOptions();
        options.RemoteCertificateValidationCallback = Trust.InOurs;
        return WebSocketClient.Connect(new Uri(Uri, path), options);
    }

    protected void WaitUntilServerSawClose(int status) => Wait.Until(
        () => Server.Shared().Output.IndexOf(FormattableString.Invariant($"closed with {status}"), _printedBefore, StringComparison.Ordinal) >= 0,
        FormattableString.Invariant($"the server has our Close frame with {status}"));
}
