using System;
using System.Collections.Generic;
using System.Threading;

namespace Sync.WebSockets.Pooling;

/// <summary>Where a pool's connections come from and go to, and what <see cref="IWebSocketClient"/> does not tell of them. Any thread.</summary>
internal interface IConnectionSource
{
    /// <summary>Connects. Blocks for the given time at most, and no longer than the options say.</summary>
    IWebSocketClient Connect(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>Nothing of a message is there that nobody has received. Does not block.</summary>
    bool IsQuiet(IWebSocketClient client);

    /// <summary>Has the connection closed in good order. Does not wait for it.</summary>
    void Release(IWebSocketClient client);

    /// <summary>Closes all of them in good order, at once. Blocks until that is done, no longer than it may take for one.</summary>
    void Close(IReadOnlyCollection<IWebSocketClient> clients);
}
