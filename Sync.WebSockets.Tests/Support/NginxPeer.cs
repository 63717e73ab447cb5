using System;
using System.Linq;
using System.Net;

namespace Sync.WebSockets.Support;

/// <summary>
/// nginx as a reverse proxy: it closes a tunnel in which the upstream has been silent for the idle time. "/members" asks for Basic
/// authentication. "/here/{status}" redirects to "/", and so does "/relative" without naming the server; "/away/{status}" and
/// "/away/members" lead elsewhere, "/loop" to itself. It prints path and status of each request when that is over.
/// </summary>
internal static class NginxPeer
{
    private static readonly int[] Statuses = [301, 302, 303, 307, 308];

    // sbin is not on everybody's path.
    private static readonly Lazy<string?> Program = new(() =>
        new[] { "nginx", "/usr/sbin/nginx" }.FirstOrDefault(nginx => ChildProcess.OutputOf(nginx, "-v") is not null));

    /// <summary>The only one.</summary>
    public static NetworkCredential Member => new("alice", "secret");

    public static bool IsInstalled(out string why)
    {
        why = "nginx is not installed: apt-get install nginx";
        return Program.Value is not null;
    }

    /// <param name="upstreamPort">Of the server behind it, on loopback.</param>
    /// <param name="idle">Whole seconds; 3 unless told.</param>
    /// <param name="tls">Whether it serves wss.</param>
    /// <param name="elsewhere">The root of the server that "/away" leads to; null: its own.</param>
    public static Peer Start(int upstreamPort, TimeSpan? idle = null, bool tls = false, Uri? elsewhere = null)
    {
        Peer.Require(IsInstalled);
        if (tls)
            Peer.Require(OpenSsl.IsInstalled);
        int seconds = (int)(idle ?? TimeSpan.FromSeconds(3)).TotalSeconds;
        return Peer.Start(tls, (port, folder) =>
        {
            folder.Write("members", Member.UserName + ":{PLAIN}" + Member.Password + "\n");
            string listen = FormattableString.Invariant($"listen 127.0.0.1:{port}");
            if (tls)
                listen += $" ssl; ssl_certificate {OpenSsl.WritePem(folder)}; ssl_certificate_key server.pem";
            string configuration = Configuration(listen, upstreamPort, seconds, elsewhere?.AbsoluteUri ?? "/");
            return [Program.Value!, "-e", "stderr", "-p", folder.FullName, "-c", folder.Write("nginx.conf", configuration)];
        });
    }

    // One process, so that killing it leaves none; all paths are relative to the peer's own folder.
    private static string Configuration(string listen, int upstreamPort, int seconds, string elsewhere) => FormattableString.Invariant($$"""
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log stderr warn;
        events { worker_connections 512; }
        http {
            log_format request '$request_uri $status';
            access_log /dev/stdout request;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            server {
                {{listen}};
                proxy_http_version 1.1;
                proxy_set_header Host $http_host;
                proxy_set_header Upgrade $http_upgrade;
                proxy_set_header Connection "Upgrade";
                proxy_read_timeout {{seconds}}s;
                auth_basic_user_file members;
                location / { proxy_pass http://127.0.0.1:{{upstreamPort}}; }
                location = /members { auth_basic members; proxy_pass http://127.0.0.1:{{upstreamPort}}/; }
                location = /loop { return 302 /loop; }
                location = /relative { absolute_redirect off; return 302 /; }
                location = /away/members { return 302 {{elsewhere}}members; }
                {{string.Join("\n", Statuses.Select(status => Redirects(status, elsewhere)))}}
            }
        }
        """);

    private static string Redirects(int status, string elsewhere) => FormattableString.Invariant(
        $"location = /here/{status} {{ return {status} /; }} location = /away/{status} {{ return {status} {elsewhere}; }}");
}
