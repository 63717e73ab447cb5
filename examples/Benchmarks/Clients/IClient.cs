using System;

namespace Benchmarks.Clients;

/// <summary>A connected client that is measured. Disposing it closes the connection in good order.</summary>
internal interface IClient : IDisposable
{
    /// <summary>Sends a message and receives its echo, so many times.</summary>
    void RoundTrips(int count);

    /// <summary>Asks for so many messages, and receives them.</summary>
    void Receive(int count);

    /// <summary>Sends so many messages, and waits until the server has counted them.</summary>
    void Send(int count);
}
