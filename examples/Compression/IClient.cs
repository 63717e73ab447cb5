using System;

namespace Compression;

/// <summary>A client that is measured.</summary>
internal interface IClient : IDisposable
{
    void Send(byte[] text);

    /// <summary>Asks for what was sent so far.</summary>
    void Ask();

    /// <summary>Receives messages until an empty one has come.</summary>
    void ReceiveUntilEmpty();
}
