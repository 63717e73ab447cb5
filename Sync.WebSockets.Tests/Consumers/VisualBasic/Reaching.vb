Imports System.IO
Imports System.Net
Imports System.Net.Sockets
Imports Sync.WebSockets

''' <summary>The way to a server, with all that can be set.</summary>
Public Module Reaching
    Public Function Options(socket As Socket, stream As Stream) As WebSocketClientOptions
        Dim made As New WebSocketClientOptions With {
            .Proxy = New WebProxy("http://proxy.example:3128") With {.Credentials = New NetworkCredential("user", "password")},
            .Credentials = New CredentialCache(),
            .Cookies = New CookieContainer(),
            .TargetHost = "internal.example.com",
            .RemoteEndPoint = New IPEndPoint(IPAddress.Loopback, 8443),
            .LocalEndPoint = New IPEndPoint(IPAddress.Any, 0),
            .SocketDialer = Function(address) socket
        }
        made.UseProxy = Not made.UseProxy AndAlso made.Proxy IsNot Nothing
        made.MaxRedirects += 1
        made.PreAuthenticate = Not made.PreAuthenticate AndAlso made.Credentials IsNot Nothing
        made.UseUserInfo = Not made.UseUserInfo AndAlso made.Cookies IsNot Nothing
        If made.SocketDialer Is Nothing AndAlso made.TargetHost Is Nothing AndAlso made.RemoteEndPoint Is Nothing AndAlso made.LocalEndPoint Is Nothing Then
            made.StreamDialer = If(made.StreamDialer, Function(address) stream)
        End If
        Return made
    End Function

    Public Function WaitAfter(refusal As WebSocketConnectException) As TimeSpan?
        Return If(refusal.Stage = WebSocketConnectStage.Proxy, Nothing, refusal.RetryAfter)
    End Function
End Module
