Imports System.Net.WebSockets
Imports System.Threading
Imports Sync.WebSockets

''' <summary>A client that connects again.</summary>
Public Module Reconnecting
    Private ReadOnly Second As TimeSpan = TimeSpan.FromSeconds(1)

    Public Function Options() As ReconnectingWebSocketClientOptions
        Dim made As New ReconnectingWebSocketClientOptions With {
            .ClientOptions = New WebSocketClientOptions(), .InitialDelay = Second, .DelayFactor = 2, .MaxDelay = Second, .MaxRetryAfter = Second,
            .StableAfter = Second, .ConnectionWaitTimeout = Timeout.InfiniteTimeSpan,
            .ShouldRetry = Function(failure) ReconnectingWebSocketClientOptions.IsTransient(failure),
            .Connecting = Sub(attempt) attempt.Options.Headers("Authorization") = "Bearer " & attempt.Number,
            .Connected = Sub(client, attempt) client.Send($"subscribe {attempt.Uri}{attempt.LastFailure}{attempt.LastLoss}{attempt.CancellationToken.CanBeCanceled}"),
            .Disconnected = Sub(reason) Console.WriteLine(reason.Message)
        }
        made.MaxDelay = made.InitialDelay + made.MaxRetryAfter + made.StableAfter + made.MaxDelay + made.ConnectionWaitTimeout
        made.DelayFactor *= 2
        made.ClientOptions = If(made.ClientOptions, New WebSocketClientOptions())
        made.ShouldRetry = If(made.ShouldRetry, Function(failure) False)
        made.Connecting = If(made.Connecting, Sub(attempt) attempt.Uri = New Uri("ws://localhost"))
        made.Connected = If(made.Connected, Sub(client, attempt) client.Close())
        made.Disconnected = If(made.Disconnected, Sub(reason) Return)
        Return made
    End Function

    Public Sub Use(client As ReconnectingWebSocketClient, bytes As Byte())
        client.Send("text")
        client.Send(bytes)
        client.Send(bytes, WebSocketMessageType.Text)
        client.Receive()
        client.Receive(Second)
        Dim message As WebSocketMessage
        If Not client.TryReceive(Second, message) Then client.Ping(Second)
        If client.State <> WebSocketState.Open OrElse client.CloseStatus.HasValue Then
            client.Close(WebSocketCloseStatus.NormalClosure, message.ToString())
        End If
        client.WaitForClose(Second)
        client.Close()
        client.Abort()
        client.Dispose()
    End Sub

    Public Function Connect(cancellationToken As CancellationToken) As ReconnectingWebSocketClient
        ReconnectingWebSocketClient.Start("ws://localhost").Dispose()
        ReconnectingWebSocketClient.Start(New Uri("ws://localhost"), Options()).Dispose()
        ReconnectingWebSocketClient.Connect("ws://localhost", Options(), cancellationToken).Dispose()
        Return ReconnectingWebSocketClient.Connect(New Uri("ws://localhost"), Options(), cancellationToken)
    End Function

    Public Function Describe(client As ReconnectingWebSocketClient) As String
        Dim status As ReconnectStatus = client.GetStatus()
        Return $"{status.State}, {status.NextAttemptIn}, {status.Attempt}, {status.Connections}, {status.LastFailure}"
    End Function

    Public Function ForMocks() As ReconnectAttempt
        Dim status As New ReconnectStatus With {
            .State = ReconnectState.Waiting, .NextAttemptIn = Second, .Attempt = 1, .Connections = 1, .LastFailure = New TimeoutException()
        }
        Return New ReconnectAttempt(New Uri("ws://localhost"), New WebSocketClientOptions(), status.Attempt, status.LastFailure, Nothing, CancellationToken.None)
    End Function
End Module
