using System;
using System.Globalization;
using Sync.WebSockets;

namespace Conformance;

/// <summary>A server that tests clients: it says how many cases there are, plays them one by one, and keeps a report for each agent.</summary>
internal sealed class FuzzingServer(Uri server, string agent)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The number of cases is a message of its own.</summary>
    public int CountCases()
    {
        using WebSocketClient client = Connect("getCaseCount");
        return int.Parse(client.Receive(Longest).Text, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>Sends back every message until the connection has ended, in whichever way: that is for the server to judge.</summary>
    public WebSocketClosedException RunCase(int number)
    {
        using WebSocketClient client = Connect(FormattableString.Invariant($"runCase?case={number}&agent={Uri.EscapeDataString(agent)}"));
        try
        {
            while (true)
            {
                WebSocketMessage message = client.Receive();
                client.Send(message.Data, message.MessageType);
            }
        }
        catch (WebSocketClosedException end)
        {
            client.WaitForClose(Longest); // The closing handshake is part of the case.
            return end;
        }
    }

    public void UpdateReports()
    {
        using WebSocketClient client = Connect("updateReports?agent=" + Uri.EscapeDataString(agent));
        client.WaitForClose(Longest); // The server closes when the reports are written.
    }

    // Compression is offered, without a size below which it is not worth it: there are cases for it.
    private WebSocketClient Connect(string target) => WebSocketClient.Connect(
        new Uri(server, target), new WebSocketClientOptions { Compression = new WebSocketCompressionOptions { MinimumSize = 0 } });
}
