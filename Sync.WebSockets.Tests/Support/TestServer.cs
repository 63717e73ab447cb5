using System;

namespace Sync.WebSockets.Support;

/// <summary>Scripted servers for tests that run over ws and wss alike.</summary>
internal static class TestServer
{
    public static ScriptedServer Start(bool tls, Action<ServerConnection> script, int? receiveBufferSize = null) => new(
        script,
        new ScriptedServerOptions { Certificate = tls ? TestCertificates.Localhost : null, ReceiveBufferSize = receiveBufferSize });

    /// <summary>Upgrades, then echoes until the client is gone, which it may be at any time.</summary>
    public static ScriptedServer Echo(bool tls = false) => Start(tls, connection =>
    {
        try
        {
            connection.Upgrade();
        }
        catch (Exception e) when (ServerStream.IsLoss(e) && !ServerStream.IsTimeout(e))
        {
            return;
        }
        connection.EchoUntilClosed();
    });
}
