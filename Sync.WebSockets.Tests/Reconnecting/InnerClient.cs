using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net.WebSockets;
using System.Threading;
using Moq;

namespace Sync.WebSockets.Reconnecting;

/// <summary>A connection that lives until the test ends it. Any thread.</summary>
internal sealed class InnerClient
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly ManualResetEventSlim _ended = new();
    private readonly BlockingCollection<WebSocketMessage> _queue = [];
    private readonly ConcurrentQueue<string> _sent = new();
    private volatile Func<WebSocketClosedException> _end = () => new WebSocketClosedException("not ended");

    public InnerClient()
    {
        Mock.Setup(c => c.State).Returns(() => _ended.IsSet ? WebSocketState.Closed : WebSocketState.Open);
        Mock.Setup(c => c.WaitForClose(It.IsAny<TimeSpan>())).Returns<TimeSpan>(timeout => _ended.Wait(timeout));
        Mock.Setup(c => c.Ping(It.IsAny<TimeSpan>())).Returns<TimeSpan>(_ => _ended.IsSet ? throw _end() : TimeSpan.FromMilliseconds(1));
        Mock.Setup(c => c.Send(It.IsAny<string>())).Callback<string>(Send);
        Mock.Setup(c => c.TryReceive(It.IsAny<TimeSpan>(), out It.Ref<WebSocketMessage>.IsAny)).Returns(new TryReceive(Take));
        Mock.Setup(c => c.Close(It.IsAny<WebSocketCloseStatus>(), It.IsAny<string>())).Callback(() => End(WebSocketCloseCause.LocalClose));
        Mock.Setup(c => c.Abort()).Callback(() => End(WebSocketCloseCause.Aborted));
        Mock.Setup(c => c.Dispose()).Callback(() => End(WebSocketCloseCause.LocalClose));
        // Made here, since many threads at once must not be the first to ask for it.
        Object = Mock.Object;
    }

    private delegate bool TryReceive(TimeSpan timeout, out WebSocketMessage message);

    public Mock<IWebSocketClient> Mock { get; } = new(MockBehavior.Strict);

    public IWebSocketClient Object { get; }

    /// <summary>What was sent over it.</summary>
    public IEnumerable<string> Sent => _sent;

    /// <summary>Whether an attempt got it.</summary>
    public bool IsTaken { get; set; }

    /// <summary>What ended it.</summary>
    public WebSocketCloseCause? FirstEnd { get; private set; }

    public bool IsEnded => _ended.IsSet;

    /// <summary>What the next sends throw while the connection lives: null for nothing.</summary>
    public Exception? SendFailure { get; set; }

    public void Queue(string text) => _queue.Add(WebSocketMessage.FromText(text));

    /// <summary>It is lost: what is queued can still be received.</summary>
    public void End(WebSocketCloseCause cause = WebSocketCloseCause.NetworkError, int? code = null)
    {
        if (_ended.IsSet)
            return;
        _end = () => new WebSocketClosedException(
            "ended: " + cause, cause, code is { } status ? new WebSocketCloseFrame((WebSocketCloseStatus)status, null) : null, null, code is not null, null);
        FirstEnd = cause;
        _queue.CompleteAdding();
        _ended.Set();
    }

    private void Send(string text)
    {
        if (_ended.IsSet)
            throw _end();
        if (SendFailure is { } failure)
            throw failure;
        _sent.Enqueue(text);
    }

    private bool Take(TimeSpan timeout, out WebSocketMessage message)
    {
        if (_queue.TryTake(out message, timeout < TimeSpan.Zero ? LongestWait : timeout))
            return true;
        return _queue.IsCompleted ? throw _end() : false;
    }
}
