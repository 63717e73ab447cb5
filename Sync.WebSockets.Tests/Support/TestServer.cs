using System;

namespace Sync.WebSockets.Support;

/// <summary>Scripted servers for tests that run over ws and wss alike.</summary>
internal static class TestServer
{
    public static ScriptedServer Start(bool tls, Action<ServerConnection> script, int? receiveBufferSize = null) => new(
        script,
        new ScriptedServerOptions { Certificate = tls ? TestCertificates.Localhost : null, ReceiveBufferSize = receiveBufferSize });

    /// <summary>Upgrades, then echoes until the client is gone.</summary>
    public static ScriptedServer Echo(bool tls = false) => Start(tls, connection =>
    {
        connection.Upgrade();
        connection.EchoUntilClosed();
    });
}
