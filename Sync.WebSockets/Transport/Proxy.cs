using System;
using System.Net;
using Sync.WebSockets.Protocol.Proxies;

namespace Sync.WebSockets.Transport;

/// <summary>A proxy that the way to a server leads through.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Credentials">Who we are to it; null for nobody.</param>
/// <param name="Source">Where it was found, for messages.</param>
internal sealed record Proxy(ProxyAddress Address, ICredentials? Credentials, string Source)
{
    public Uri Uri { get; } = new(Address.ToString());

    public override string ToString() => $"{Address} (from {Source})";
}
