Imports System.Net.WebSockets
Imports Sync.WebSockets

''' <summary>A heartbeat of one's own, and what belongs to it.</summary>
Public NotInheritable Class Liveness
    Inherits HeartbeatPolicy

    Private Shared ReadOnly Second As TimeSpan = TimeSpan.FromSeconds(1)

    Public Shared Function Options() As WebSocketClientOptions
        Dim keepAlive As New TcpKeepAliveOptions With {.Time = Second, .Interval = Second, .RetryCount = 1}
        keepAlive.Time += keepAlive.Interval + TimeSpan.FromSeconds(keepAlive.RetryCount)
        Dim made As New WebSocketClientOptions With {.TcpKeepAlive = keepAlive, .ReceiveIdleTimeout = Second}
        made.HeartbeatPolicy = OneWay(Second)
        made.HeartbeatPolicy = Messages(Second, Second, Function() WebSocketMessage.FromText("alive?"))
        made.HeartbeatPolicy = Function() New Liveness()
        Return made
    End Function

    Public Shared Function TryOut(policy As HeartbeatPolicy, client As WebSocketClient) As HeartbeatAction
        Return If(policy.Step(client.CheckHealth()), policy.Step(Health()))
    End Function

    Public Overrides Function [Step](health As WebSocketHealth) As HeartbeatAction
        If health.ReadingIsPaused OrElse health.QueuedMessages > 100 OrElse health.QueueFill > 0.5 Then Return HeartbeatAction.Wait(Second)
        If health.UnansweredPings > 2 AndAlso health.OldestUnansweredPing.HasValue AndAlso health.SinceLastReceived > Second Then
            Return HeartbeatAction.Fail($"{health.State} for {health.Age}, {health.Latency}")
        End If
        If health.SinceLastActivity > Second Then Return HeartbeatAction.Send(WebSocketMessage.FromText("alive?"), Second)
        Return If(health.Latency.HasValue, HeartbeatAction.Pong(Second), HeartbeatAction.Ping(Second))
    End Function

    Private Shared Function Health() As WebSocketHealth
        Return New WebSocketHealth With {
            .State = WebSocketState.Open, .Age = Second, .Latency = Second, .SinceLastReceived = Second, .SinceLastActivity = Second,
            .UnansweredPings = 1, .OldestUnansweredPing = Second, .QueuedMessages = 1, .QueueFill = 0.5, .ReadingIsPaused = False
        }
    End Function
End Class
