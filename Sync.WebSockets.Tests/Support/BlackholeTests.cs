using System.Net;
using System.Net.Sockets;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets.Support;

[TestFixture]
[NonParallelizable]
public sealed class BlackholeTests
{
    [Test]
    public void Network_answers_until_it_swallows_and_leaves_nothing_behind()
    {
        string name;
        using (Blackhole hole = Blackhole.Create())
        {
            name = hole.Enter[3];
            Connect(hole).Should().Be(SocketError.ConnectionRefused, "nobody listens, but the kernel in there answers");

            hole.Swallow();

            Connect(hole).Should().Be(SocketError.WouldBlock, "nobody answers");
        }

        ChildProcess.OutputOf("ip", "netns", "list").Should().NotContain(name);
        ChildProcess.OutputOf("ip", "link", "show", name).Should().BeNull("the link is gone");
    }

    private static SocketError Connect(Blackhole hole)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Connect(new IPEndPoint(hole.Address, 1));
            return SocketError.Success;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // The answer, or its absence, shows in the socket's error.
            socket.Poll(300_000, SelectMode.SelectError);
            int error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            return error == 0 ? SocketError.WouldBlock : (SocketError)error;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }
}
