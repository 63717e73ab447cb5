using System;
using System.Collections.Generic;
using System.Net.WebSockets;
using System.Threading;
using FluentAssertions;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Conformance;

/// <summary>The program that the cases are for: sends back every message until the connection has ended.</summary>
internal sealed class EchoProgram(bool compresses)
{
    /// <summary>What it has received.</summary>
    public List<Answer> Messages { get; } = [];

    /// <summary>Runs to the end of the connection and returns what it was told then.</summary>
    public WebSocketClosedException Run(Uri uri)
    {
        // Without pings of its own, so that the cases can tell what each frame answers.
        using WebSocketClient client = TestClient.Connect(uri, options =>
        {
            options.PingInterval = Timeout.InfiniteTimeSpan;
            options.Compression = compresses ? new WebSocketCompressionOptions { MinimumSize = 0 } : null;
        });
        WebSocketClosedException? refused = null;
        try
        {
            while (true)
                refused = Echo(client, client.Receive()) ?? refused;
        }
        catch (WebSocketClosedException end)
        {
            (refused ?? end).Cause.Should().Be(end.Cause, "every call fails with the same cause");
            client.WaitForClose(TimeSpan.FromSeconds(10)).Should().BeTrue();
            return end;
        }
    }

    // What has come before the end can still be received, but no more be answered.
    private WebSocketClosedException? Echo(WebSocketClient client, WebSocketMessage message)
    {
        Messages.Add(new Answer(message.MessageType == WebSocketMessageType.Text ? Op.Text : Op.Binary, message.Data));
        try
        {
            client.Send(message.Data, message.MessageType);
            return null;
        }
        catch (WebSocketClosedException refused)
        {
            return refused;
        }
    }
}
