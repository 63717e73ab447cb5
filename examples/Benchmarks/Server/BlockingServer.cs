using System;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;

namespace Benchmarks.Server;

/// <summary>
/// What the clients are measured at: blocking sockets, and nothing done during a measurement that could be done before it, so that it is
/// faster than each of them. Each of its threads accepts a connection and serves it to its end: none has to be started for it.
/// </summary>
internal static class BlockingServer
{
    private const int Threads = 12;

    /// <summary>Prints the ports for ws and wss, and serves until its input ends.</summary>
    public static void Run(string certificateFile)
    {
        using X509Certificate2 certificate = Certificate.Load(certificateFile);
        int ws = Listen(static network => network);
        int wss = Listen(network =>
        {
            SslStream tls = new(network);
            tls.AuthenticateAsServer(certificate);
            return tls;
        });
        Console.WriteLine(FormattableString.Invariant($"{ws} {wss}"));
        while (Console.In.ReadLine() is not null)
        {
        }
    }

    private static int Listen(Func<NetworkStream, Stream> secure)
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        for (int i = 0; i < Threads; i++)
            new Thread(() => AcceptAndServe(listener, secure)) { IsBackground = true }.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void AcceptAndServe(TcpListener listener, Func<NetworkStream, Stream> secure)
    {
        while (true)
        {
            Socket socket = listener.AcceptSocket();
            socket.NoDelay = true;
            using NetworkStream network = new(socket, ownsSocket: true);
            try
            {
                using Stream stream = secure(network);
                new Session(stream).Run();
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
            {
                // The client has gone.
            }
        }
    }
}
