using System;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Framework;

[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
public sealed class AppDomainTests
{
    [Test]
    public void Heartbeat_of_a_domain_is_its_own_ends_with_its_last_connection_and_leaves_the_others_alone()
    {
        using ScriptedServer server = TestServer.Echo();
        using WebSocketClient here = TestClient.Connect(server, options => options.PingInterval = TimeSpan.FromMilliseconds(50));
        int before = Resources.LibraryThreads ?? 0;
        AppDomain domain = AppDomain.CreateDomain("second", null, AppDomain.CurrentDomain.SetupInformation);
        try
        {
            var there = (ClientInDomain)domain.CreateInstanceAndUnwrap(typeof(ClientInDomain).Assembly.FullName, typeof(ClientInDomain).FullName!);
            there.Exchange(server.Uri.ToString(), "hello").Should().Be("hello");
            there.HeartbeatRuns.Should().BeTrue("it cannot be the one of this domain");

            there.Close();

            Wait.Until(() => !there.HeartbeatRuns, "the domain's heartbeat thread has ended");
        }
        finally
        {
            AppDomain.Unload(domain);
        }
        Resources.WaitForLibraryThreads(before);
        long pongs = here.GetStatistics().PongsReceived;
        Wait.Until(() => here.GetStatistics().PongsReceived > pongs + 3, "the heartbeat of this domain goes on");
    }
}
