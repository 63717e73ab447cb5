Imports System.IO
Imports System.Net.WebSockets
Imports Sync.WebSockets

''' <summary>What WholeSurface leaves out: what is read, what is compared, all that can be made, and the interface.</summary>
Public Module Values
    Public Function Read(options As WebSocketClientOptions) As String
        Dim times = options.PingInterval + options.PingTimeout + options.ConnectTimeout + options.CloseTimeout + options.SendTimeout
        Dim sizes = options.MaxStreamedMessageSize + options.MaxMessageSize + options.MaxSendFrameSize + options.ReceiveQueueBytes
        Dim any = options.RequireSubProtocol OrElse options.NoDelay OrElse options.CheckCertificateRevocation OrElse
            options.RemoteCertificateValidationCallback IsNot Nothing OrElse options.LoggerFactory IsNot Nothing OrElse
            options.HeartbeatPolicy IsNot Nothing OrElse options.TcpKeepAlive IsNot Nothing OrElse options.ReceiveIdleTimeout > TimeSpan.Zero
        Return $"{times} {sizes} {any} {options.Origin} {options.UserAgent} {options.SslProtocols} {options.ReceiveBufferSize} {options.SendBufferSize}"
    End Function

    Public Function Compare(one As WebSocketMessage, other As WebSocketMessage, frame As WebSocketCloseFrame, otherFrame As WebSocketCloseFrame) As Boolean
        Return (one = other AndAlso one.Equals(other)) OrElse one <> other OrElse
            (frame = otherFrame AndAlso frame.Equals(otherFrame)) OrElse frame <> otherFrame
    End Function

    Public Function Look(client As WebSocketClient, headers As WebSocketHeaders) As String
        client.PingInterval += client.PingInterval
        If headers.Contains("Server") AndAlso headers.Remove("Date") AndAlso headers.Count > 0 Then Return String.Join(";", headers.GetValues("Server"))
        For Each header In headers
            Console.WriteLine(header.Key & header.Value)
        Next
        Return $"{client.CloseStatus} {client.CloseStatusDescription}"
    End Function

    Public Function Exceptions() As Exception()
        Dim cause As New IOException()
        Dim frame As New WebSocketCloseFrame(WebSocketCloseStatus.NormalClosure, "done")
        Console.WriteLine($"{frame.Status} {frame.Description}")
        Return {
            New WebSocketClientException(), New WebSocketClientException("why"), New WebSocketClientException("why", cause),
            New WebSocketConnectException(), New WebSocketConnectException("why", cause),
            New WebSocketConnectException("why", WebSocketConnectStage.Tcp, cause, Nothing, Nothing),
            New WebSocketClosedException(), New WebSocketClosedException("why", cause),
            New WebSocketClosedException("why", WebSocketCloseCause.RemoteClose, frame, Nothing, True, Nothing, sendOutcomeUnknown:=False)
        }
    End Function

    Public Function Statistics() As Long
        Dim made As New WebSocketStatistics With {
            .MessagesSent = 1, .MessagesReceived = 2, .PayloadBytesSent = 3, .PayloadBytesReceived = 4, .WireBytesSent = 5, .WireBytesReceived = 6,
            .PingsSent = 7, .PingsReceived = 8, .PongsSent = 9, .PongsReceived = 10, .Latency = Nothing, .Age = TimeSpan.Zero
        }
        Console.WriteLine($"{made.Latency} {made.Age}")
        Return made.MessagesSent + made.MessagesReceived + made.PayloadBytesSent + made.PayloadBytesReceived + made.WireBytesSent +
            made.WireBytesReceived + made.PingsSent + made.PingsReceived + made.PongsSent + made.PongsReceived
    End Function

    Public Sub UseInterface(client As IWebSocketClient, bytes As Byte())
        client.Send("text")
        client.Send(bytes)
        client.Send(bytes, WebSocketMessageType.Binary)
        Dim message = client.Receive()
        If client.TryReceive(TimeSpan.Zero, message) Then message = client.Receive(TimeSpan.FromSeconds(1))
        Console.WriteLine($"{client.Ping(TimeSpan.FromSeconds(1))} {client.State} {client.CloseStatus} {message}")
        If client.WaitForClose(TimeSpan.Zero) Then Return
        client.Close()
        client.Close(WebSocketCloseStatus.EndpointUnavailable, Nothing)
        client.Abort()
        client.Dispose()
    End Sub
End Module
