using System;
using System.Globalization;
using System.Threading;
using Sync.WebSockets;

namespace BulkTransfer;

// Two threads: this one receives, writes and acknowledges; that of the reconnecting client runs the hooks. What they share is the cursor.

/// <summary>The client: gets the table over as many connections as it takes.</summary>
internal sealed class Transfer(Replica replica, Meter meter, Chaos? chaos)
{
    // Reconnecting included: a server that is not back by then is not coming back.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public void Run(Uri server, Action<Figures> show, CancellationToken cancellationToken)
    {
        using ReconnectingWebSocketClient client = ReconnectingWebSocketClient.Connect(server, Options(), cancellationToken);
        using CancellationTokenRegistration interrupted = cancellationToken.Register(client.Abort);
        while (Batch.Parse(client.Receive(Patience).Data) is { Rows.Count: > 0 } batch)
        {
            int newRows = replica.Append(batch);
            meter.Received(newRows);
            Figures now = meter.Now;
            show(now);
            chaos?.Progressed(now.Rows);
            // Also for a batch that had come before: its connection need not know how far we are.
            Acknowledge(client);
        }
        client.Close();
    }

    private ReconnectingWebSocketClientOptions Options() => new()
    {
        ClientOptions = new WebSocketClientOptions
        {
            Compression = new WebSocketCompressionOptions(),
            PingInterval = TimeSpan.FromMilliseconds(500), // A dead connection costs a second and a half here, and not the default's 40.
            PingTimeout = TimeSpan.FromSeconds(1),
            CloseTimeout = TimeSpan.FromSeconds(1),
        },
        InitialDelay = TimeSpan.FromMilliseconds(100),
        MaxDelay = TimeSpan.FromSeconds(5),
        StableAfter = TimeSpan.Zero, // Chaos takes every connection soon; that is no reason to come back slower.
        Connecting = attempt => attempt.Uri = chaos?.Next() ?? attempt.Uri,
        Connected = (connection, _) =>
        {
            // Nobody else can use the connection yet, so this is the first message on it.
            connection.Send(Text(replica.Cursor));
            meter.Connected((WebSocketClient)connection);
            chaos?.Connected();
        },
    };

    private void Acknowledge(ReconnectingWebSocketClient client)
    {
        try
        {
            client.Send(Text(replica.Cursor));
        }
        catch (WebSocketClosedException e) when (e.SendOutcomeUnknown)
        {
            // The connection is lost, and the next one begins with the cursor.
        }
    }

    private static string Text(long cursor) => cursor.ToString(CultureInfo.InvariantCulture);
}
