Imports System.Net.WebSockets
Imports System.Threading
Imports Sync.WebSockets

''' <summary>
''' Says every public name of the library once, as far as Visual Basic can: it has no spans. Grows with the public surface.
''' </summary>
Public Module WholeSurface
    Private ReadOnly Second As TimeSpan = TimeSpan.FromSeconds(1)

    Public Function Connect(cancellationToken As CancellationToken) As WebSocketClient
        Dim options As New WebSocketClientOptions With {
            .PingInterval = Second,
            .PingTimeout = Second,
            .ConnectTimeout = Second,
            .CloseTimeout = Second,
            .SendTimeout = Timeout.InfiniteTimeSpan,
            .MaxMessageSize = 1024,
            .MaxStreamedMessageSize = Long.MaxValue,
            .MaxSendFrameSize = 1024,
            .ReceiveQueueBytes = 1024,
            .RequireSubProtocol = True,
            .Origin = "https://example.com",
            .UserAgent = Nothing,
            .RemoteCertificateValidationCallback = Function(sender, certificate, chain, errors) errors = 0,
            .SslProtocols = Security.Authentication.SslProtocols.Tls12,
            .CheckCertificateRevocation = True,
            .NoDelay = True,
            .ReceiveBufferSize = 1024,
            .SendBufferSize = Nothing,
            .LoggerFactory = Nothing
        }
        options.SubProtocols.Add("chat")
        options.ClientCertificates.Clear()
        options.Headers.Add("X-One", "1")
        options.Headers("X-Two") = "2"

        WebSocketClient.Connect("ws://localhost").Dispose()
        WebSocketClient.Connect(New Uri("ws://localhost"), options).Dispose()
        Return WebSocketClient.Connect(New Uri("ws://localhost"), options, cancellationToken)
    End Function

    Public Sub Send(client As WebSocketClient, bytes As Byte())
        client.Send("text")
        client.Send(bytes)
        client.Send(bytes, WebSocketMessageType.Text)
        client.Send(bytes, 0, bytes.Length, WebSocketMessageType.Binary)
        client.Pong()
        client.Pong(bytes)
    End Sub

    Public Sub Receive(client As WebSocketClient, buffer As Byte(), cancellationToken As CancellationToken)
        Dim message As WebSocketMessage = client.Receive()
        message = client.Receive(Second)
        message = client.Receive(Second, cancellationToken)
        If client.TryReceive(Second, message) AndAlso message.MessageType = WebSocketMessageType.Text Then Console.WriteLine(message.Text)

        Dim messageType As WebSocketMessageType
        Console.WriteLine(client.Receive(buffer, messageType, Second))
        Console.WriteLine(client.ReceiveText() & client.ReceiveText(Second))
        For Each one In client.ReceiveAll(cancellationToken)
            Console.WriteLine(one.Data.Length)
        Next
    End Sub

    Public Sub Look(client As WebSocketClient)
        Console.WriteLine($"{client.State} {client.Uri} {client.SubProtocol} {client.LocalEndPoint} {client.RemoteEndPoint} {client.Latency}")
        Console.WriteLine($"{client.Response.StatusCode} {client.Response.ReasonPhrase} {client.Response.Headers("Server")}")
        Dim statistics = client.GetStatistics()
        Console.WriteLine(statistics.WireBytesReceived - statistics.PayloadBytesReceived)
        client.PingInterval = client.PingTimeout + client.Ping() + client.Ping(Second)
        client.PingTimeout = Timeout.InfiniteTimeSpan
    End Sub

    Public Sub EndOf(client As WebSocketClient)
        Try
            client.Close(WebSocketCloseStatus.NormalClosure, "done")
            client.Close()
            If Not client.WaitForClose(Second) Then client.Abort()
        Catch refused As WebSocketConnectException When refused.Stage = WebSocketConnectStage.Handshake
            Console.WriteLine($"{refused.Response} {refused.Body.Length}")
        Catch ended As WebSocketClosedException When ended.Cause = WebSocketCloseCause.RemoteClose
            Console.WriteLine($"{ended.CloseStatus} {ended.CloseStatusDescription} {ended.ReceivedClose} {ended.SentClose} {ended.ReceivedCloseFirst} {ended.SendOutcomeUnknown}")
        Catch failed As WebSocketClientException
            Console.WriteLine(failed.Message)
        Finally
            client.Dispose()
        End Try
    End Sub

    ' Everything that a mock of the client must return or throw can be made by hand.
    Public Function MadeByHand(bytes As Byte()) As Object()
        Dim headers As New WebSocketHeaders From {{"Server", "mock"}}
        Return {
            WebSocketMessage.FromText("text"),
            WebSocketMessage.FromBinary(bytes),
            New WebSocketStatistics With {.MessagesSent = 1, .Latency = Second},
            New WebSocketHandshakeResponse(101, "Switching Protocols", headers),
            New WebSocketCloseFrame(WebSocketCloseStatus.NormalClosure, "done"),
            New WebSocketConnectException("why"),
            New WebSocketClosedException("why")
        }
    End Function
End Module
