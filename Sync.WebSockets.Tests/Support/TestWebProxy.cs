using System;
using System.Net;

namespace Sync.WebSockets.Support;

/// <summary>A proxy of the program's own class, which passes nothing by: WebProxy spares loopback on .NET Framework.</summary>
internal sealed class TestWebProxy(Func<Uri, Uri?> find) : IWebProxy
{
    public TestWebProxy(Uri proxy)
        : this(_ => proxy)
    {
    }

    public ICredentials? Credentials { get; set; }

    /// <summary>Whether it says that it is not to be used.</summary>
    public bool IsPassedBy { get; init; }

    public Uri? GetProxy(Uri destination) => find(destination);

    public bool IsBypassed(Uri host) => IsPassedBy;
}
