using System;
using System.Net;

namespace Sync.WebSockets.Support;

/// <summary>
/// A network namespace one hop away, in which a server can live until its packets vanish: really, in both directions, with nothing
/// on the way that would acknowledge them. Its addresses are of the range for tests between networks (RFC 2544, appendix C.2.2).
/// </summary>
internal sealed class Blackhole : IDisposable
{
    private const string DropAll =
        "add table inet hole; " +
        "add chain inet hole in { type filter hook input priority 0 ; policy drop ; }; " +
        "add chain inet hole out { type filter hook output priority 0 ; policy drop ; }";

    private static readonly Lazy<bool> Programs = new(() =>
        ChildProcess.OutputOf("ip", "-Version") is not null && ChildProcess.OutputOf("nft", "--version") is not null);

    private static readonly Lazy<bool> Permission = new(() =>
    {
        string name = NewName();
        return ChildProcess.OutputOf("ip", "netns", "add", name) is not null && ChildProcess.OutputOf("ip", "netns", "delete", name) is not null;
    });

    private readonly string _name = NewName();

    private Blackhole(IPAddress here, IPAddress there)
    {
        Address = there;
        try
        {
            Ip("netns", "add", _name);
            Ip("link", "add", _name, "type", "veth", "peer", "name", "eth0", "netns", _name);
            Ip("address", "add", here + "/30", "dev", _name);
            Ip("link", "set", _name, "up");
            Ip("-n", _name, "address", "add", there + "/30", "dev", "eth0");
            Ip("-n", _name, "link", "set", "eth0", "up");
            Ip("-n", _name, "link", "set", "lo", "up");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The address of what listens inside.</summary>
    public IPAddress Address { get; }

    /// <summary>Goes before the command line of a program that shall run inside.</summary>
    public string[] Enter => ["ip", "netns", "exec", _name];

    // Other processes may make networks at the same time, so each takes one of 16,384 at random.
    public static Blackhole Create()
    {
        Peer.Require(IsPossible);
        byte[] random = Guid.NewGuid().ToByteArray();
        byte first = (byte)(random[1] & 0xfc);
        return new Blackhole(new IPAddress([198, 18, random[0], (byte)(first + 1)]), new IPAddress([198, 18, random[0], (byte)(first + 2)]));
    }

    public static bool IsPossible(out string why)
    {
        why = Programs.Value
            ? "Making a network namespace is not permitted: run as root, or with CAP_NET_ADMIN and CAP_SYS_ADMIN"
            : "ip and nft are not installed: apt-get install iproute2 nftables";
        return Programs.Value && Permission.Value;
    }

    /// <summary>From now on no packet comes in and none goes out.</summary>
    public void Swallow() => Call([.. Enter, "nft", DropAll]);

    /// <summary>The servers inside have to be gone before, or they keep the namespace alive, nameless.</summary>
    public void Dispose()
    {
        // The pair goes with either end; at once with this one. Nothing here fails the test: a constructor that failed left less to remove.
        ChildProcess.OutputOf("ip", "link", "delete", _name);
        ChildProcess.OutputOf("ip", "netns", "delete", _name);
    }

    // An interface's name has 15 letters at most.
    private static string NewName() => "hole-" + Guid.NewGuid().ToString("N").Substring(0, 8);

    private static void Ip(params string[] arguments) => Call(["ip", .. arguments]);

    private static void Call(string[] command)
    {
        string[] arguments = new string[command.Length - 1];
        Array.Copy(command, 1, arguments, 0, arguments.Length);
        if (ChildProcess.OutputOf(command[0], arguments) is null)
            throw new InvalidOperationException("Failed: " + string.Join(" ", command));
    }
}
