using System;
using System.IO;
using System.Linq;
using System.Net;

namespace Sync.WebSockets.Support;

/// <summary>Squid as a forward proxy, spoken to over HTTP or HTTPS: it leads to one port only, for everybody or for one user.</summary>
internal static class SquidPeer
{
    private const string SharedMemory = "/dev/shm";

    // sbin is not on everybody's path.
    private static readonly Lazy<string?> Program = new(() =>
        new[] { "squid", "/usr/sbin/squid" }.FirstOrDefault(squid => ChildProcess.OutputOf(squid, "-v") is not null));

    // The programs that check passwords.
    private static readonly Lazy<string?> Helpers = new(() =>
        new[] { "/usr/lib/squid", "/usr/lib64/squid", "/usr/libexec/squid" }.FirstOrDefault(Directory.Exists));

    public static bool IsInstalled(out string why)
    {
        why = "squid is not installed: apt-get install squid";
        return Program.Value is not null && Helpers.Value is not null;
    }

    /// <param name="target">The port that it leads to.</param>
    /// <param name="user">Null: everybody may.</param>
    /// <param name="digest">How it asks for the password: by Digest, or by Basic.</param>
    /// <param name="tls">Whether it is spoken to over HTTPS.</param>
    public static Peer Start(int target, NetworkCredential? user = null, bool digest = false, bool tls = false)
    {
        Peer.Require(IsInstalled);
        Peer.Require(OpenSsl.IsInstalled);
        Peer peer = Peer.Start(tls: false, (port, folder) =>
        [
            Program.Value!, "-N", "-d", "1", "-n", ServiceName(port),
            "-f", folder.Write("squid.conf", Configuration(port, folder, target, Access(folder, user, digest), tls)),
        ]);
        DeleteSharedMemory(ServiceName(peer.Port));
        return peer;
    }

    // Squids of one name would share memory.
    private static string ServiceName(int port) => FormattableString.Invariant($"peer{port}");

    // When it is killed it leaves the files behind, and once it listens it does not need them any more.
    private static void DeleteSharedMemory(string serviceName)
    {
        if (!Directory.Exists(SharedMemory))
            return;
        foreach (string file in Directory.GetFiles(SharedMemory, serviceName + "-*"))
            File.Delete(file);
    }

    // A hosts file of its own, for it takes one address of a name from there, and that of localhost may be ::1, where no peer listens. A bound
    // of file descriptors, for it takes memory for as many as the system would give it, which may be a billion.
    private static string Configuration(int port, TempFolder folder, int target, string access, bool tls) =>
        FormattableString.Invariant($"""
            {(tls ? "https_port" : "http_port")} 127.0.0.1:{port} {(tls ? "tls-cert=" + OpenSsl.WritePem(folder) : "")}
            visible_hostname localhost
            hosts_file {folder.Write("hosts", "127.0.0.1 localhost\n")}
            dns_nameservers 127.0.0.1
            max_filedescriptors 1024
            pid_filename none
            coredump_dir none
            netdb_filename none
            pinger_enable off
            cache deny all
            cache_log /dev/null
            access_log none
            acl target port {target}
            http_access deny !target
            {access}
            http_access deny all

            """);

    // What it reads while it runs must be readable to the user that root's squid turns into.
    private static string Access(TempFolder folder, NetworkCredential? user, bool digest)
    {
        if (user is null)
            return "http_access allow all";
        string scheme = digest ? "digest" : "basic";
        string helper = digest ? "digest_file_auth" : "basic_ncsa_auth";
        string users = folder.Write("users", user.UserName + ":" + (digest ? user.Password : OpenSsl.Hash(user.Password)) + "\n");
        return $"""
            auth_param {scheme} program {Helpers.Value}/{helper} {users}
            auth_param {scheme} children 1 startup=1
            auth_param {scheme} realm squid
            acl members proxy_auth REQUIRED
            http_access allow members
            """;
    }
}
