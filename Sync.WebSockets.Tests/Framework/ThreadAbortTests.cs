using System;
using FluentAssertions;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Framework;

/// <summary>.NET Framework and Mono abort all threads at the end of a process or an AppDomain, one after the other.</summary>
[TestFixture]
[NonParallelizable]
[CancelAfter(60_000)]
[Category("R14")]
public sealed class ThreadAbortTests
{
    // In a domain of its own, since a connection without its reader is never let go.
    [Test]
    public void Program_is_not_told_that_a_connection_broke_whose_thread_is_aborted([Values] bool tls)
    {
        using ScriptedServer server = TestServer.Echo(tls);
        int before = Resources.LibraryThreads ?? 0;
        AppDomain domain = AppDomain.CreateDomain("aborted", null, AppDomain.CurrentDomain.SetupInformation);
        try
        {
            var there = (ClientInDomain)domain.CreateInstanceAndUnwrap(typeof(ClientInDomain).Assembly.FullName, typeof(ClientInDomain).FullName!);

            there.TellsOfAbort(server.Uri.ToString()).Should().BeFalse();
        }
        finally
        {
            AppDomain.Unload(domain);
        }
        Resources.WaitForLibraryThreads(before);
    }
}
