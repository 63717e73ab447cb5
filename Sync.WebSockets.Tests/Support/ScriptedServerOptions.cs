using System;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Sync.WebSockets.Support;

internal sealed class ScriptedServerOptions
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0: one that is free. Given for a server that comes back where another one was.</summary>
    public int Port { get; init; }

    /// <summary>Null: no TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Asks the client for a certificate: any will do, none will not.</summary>
    public bool WantsClientCertificate { get; init; }

    public int Backlog { get; init; } = 128;

    /// <summary>False: clients stay in the backlog, connected as far as they can tell, and nobody answers.</summary>
    public bool Accepts { get; init; } = true;

    /// <summary>Null: as the system has it.</summary>
    public int? ReceiveBufferSize { get; init; }

    /// <summary>Null: as the system has it.</summary>
    public int? SendBufferSize { get; init; }

    /// <summary>Bound of each read and write of a script, so that no test hangs.</summary>
    public TimeSpan IoTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
