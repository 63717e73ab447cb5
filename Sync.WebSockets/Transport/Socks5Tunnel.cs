using System;
using System.IO;
using System.Net;
using System.Security.Authentication;
using Sync.WebSockets.Protocol.Proxies;

namespace Sync.WebSockets.Transport;

/// <summary>Has a SOCKS5 proxy connect to a server, by blocking calls. Dialling thread only.</summary>
internal sealed class Socks5Tunnel(Stream stream, DialWatch watch)
{
    /// <summary>Blocks until the tunnel is open; throws what the proxy has against it.</summary>
    public void Open(Proxy proxy, string host, int port)
    {
        NetworkCredential? credential = proxy.Credentials?.GetCredential(proxy.Uri, proxy.Uri.Scheme);
        bool hasCredential = credential is { UserName.Length: > 0 };
        byte[] connect = Request(Socks5.Connect(host, port, out string? problem), problem);

        Send(Socks5.Greeting(hasCredential));
        CheckAccess(Socks5.CheckGreeting(Receive(Socks5.GreetingReplyLength), hasCredential, out bool wantsCredentials));
        if (wantsCredentials)
        {
            Send(Request(Socks5.Credentials(credential!.UserName, credential.Password, out problem), problem));
            CheckAccess(Socks5.CheckCredentials(Receive(Socks5.CredentialsReplyLength)));
        }
        Send(connect);
        Check(Socks5.CheckConnect(Receive(Socks5.ConnectReplyLength)));
        Check(Socks5.CheckAddress(Receive(Socks5.AddressStart), out int rest));
        Receive(rest);
    }

    private byte[] Request(byte[]? request, string? problem)
    {
        Check(problem);
        return request!;
    }

    private void Send(byte[] request)
    {
        stream.Write(request, 0, request.Length);
        stream.Flush();
    }

    private byte[] Receive(int length)
    {
        byte[] reply = new byte[length];
        for (int done = 0; done < length;)
        {
            int read = stream.Read(reply, done, length - done);
            if (read <= 0)
                Check(FormattableString.Invariant($"The SOCKS5 proxy closed the connection after {done} octets of a reply of {length} or more: check its address, and whether it lets this client in."));
            done += read;
        }
        return reply;
    }

    // It is about this client, and will be the same next time.
    private void CheckAccess(string? problem)
    {
        if (problem is not null)
            throw watch.Failure(problem, new AuthenticationException(problem));
    }

    private void Check(string? problem)
    {
        if (problem is not null)
            throw watch.Failure(problem);
    }
}
