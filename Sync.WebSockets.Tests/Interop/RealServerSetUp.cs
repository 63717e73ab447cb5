using NUnit.Framework;

namespace Sync.WebSockets.Interop;

[SetUpFixture]
public sealed class RealServerSetUp
{
    [OneTimeTearDown]
    public void EndServers() => RealServer.EndAll();
}
