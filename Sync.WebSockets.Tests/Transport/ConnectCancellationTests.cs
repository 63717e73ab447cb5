using System;
using System.Threading;
using NUnit.Framework;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Transport;

[TestFixture]
[NonParallelizable]
[Category("R13")]
public sealed class ConnectCancellationTests
{
#if NET
    private const int Rounds = 80;
#else
    private const int Rounds = 20;
#endif

    [Test]
    public void Token_cancelled_at_any_moment_of_Connect_gives_a_client_that_works_or_its_exception_and_leaves_nothing_behind(
        [Values] bool tls, [Values(1, 2)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        int connected = 0;
        using ScriptedServer server = TestServer.Start(tls, connection =>
        {
            try
            {
                connection.Upgrade();
            }
            catch (Exception e) when (ServerStream.IsLoss(e))
            {
                return;
            }
            connection.EchoUntilClosed();
        });
        CancellationTokenSource? cancellation = null;
        Race race = new(seed, Rounds);
        Random random = new(seed);
        race.Add(_ => connected += Connects(server, cancellation!.Token) ? 1 : 0);
        race.Add(_ =>
        {
            Thread.SpinWait(random.Next(tls ? 300_000 : 200_000));
            cancellation!.Cancel();
        });
        race.AfterEach(_ => cancellation = new CancellationTokenSource());
        cancellation = new CancellationTokenSource();

        race.Run();

        TestContext.Out.WriteLine($"{connected} of {Rounds} connected");
        Resources.WaitForLibraryThreads();
    }

    private static bool Connects(ScriptedServer server, CancellationToken token)
    {
        try
        {
            using WebSocketClient client = WebSocketClient.Connect(server.Uri, TestClient.Options(), token);
            client.Ping(TimeSpan.FromSeconds(10));
            return true;
        }
        catch (OperationCanceledException e) when (e.CancellationToken == token)
        {
            return false;
        }
    }
}
