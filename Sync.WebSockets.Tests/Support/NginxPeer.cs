using System;
using System.Linq;

namespace Sync.WebSockets.Support;

/// <summary>nginx as a reverse proxy: it closes a tunnel in which the upstream has been silent for the idle time.</summary>
internal static class NginxPeer
{
    // sbin is not on everybody's path.
    private static readonly Lazy<string?> Program = new(() =>
        new[] { "nginx", "/usr/sbin/nginx" }.FirstOrDefault(nginx => ChildProcess.OutputOf(nginx, "-v") is not null));

    public static bool IsInstalled(out string why)
    {
        why = "nginx is not installed: apt-get install nginx";
        return Program.Value is not null;
    }

    /// <param name="idle">Whole seconds; 3 unless told.</param>
    public static Peer Start(int upstreamPort, TimeSpan? idle = null)
    {
        Peer.Require(IsInstalled);
        int seconds = (int)(idle ?? TimeSpan.FromSeconds(3)).TotalSeconds;
        return Peer.Start(tls: false, (port, folder) =>
        [
            Program.Value!, "-e", "stderr", "-p", folder.FullName,
            "-c", folder.Write("nginx.conf", Configuration(port, upstreamPort, seconds)),
        ]);
    }

    // One process, so that killing it leaves none; all paths are relative to the peer's own folder.
    private static string Configuration(int port, int upstreamPort, int seconds) => FormattableString.Invariant($$"""
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log stderr warn;
        events { worker_connections 512; }
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            server {
                listen 127.0.0.1:{{port}};
                location / {
                    proxy_pass http://127.0.0.1:{{upstreamPort}};
                    proxy_http_version 1.1;
                    proxy_set_header Host $http_host;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection "Upgrade";
                    proxy_read_timeout {{seconds}}s;
                }
            }
        }
        """);
}
