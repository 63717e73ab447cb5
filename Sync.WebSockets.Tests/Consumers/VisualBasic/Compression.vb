Imports System.IO.Compression
Imports System.Net.WebSockets
Imports Sync.WebSockets

''' <summary>Compression, with all that can be set.</summary>
Public Module Compression
    Public Function Options() As WebSocketClientOptions
        Dim made As New WebSocketClientOptions With {.Compression = New WebSocketCompressionOptions()}
        made.Compression.Level = If(made.Compression.Level = CompressionLevel.Fastest, CompressionLevel.Optimal, CompressionLevel.Fastest)
        made.Compression.MinimumSize *= 2
        made.Compression.ClientContextTakeover = Not made.Compression.ServerContextTakeover
        made.Compression.ServerContextTakeover = Not made.Compression.ClientContextTakeover
        made.Compression.ClientMaxWindowBits = made.Compression.ServerMaxWindowBits - 1
        made.Compression.ServerMaxWindowBits = made.Compression.ClientMaxWindowBits
        Return made
    End Function

    Public Sub SendSecret(client As WebSocketClient, bytes As Byte())
        client.Send("secret", compress:=False)
        client.Send(bytes, WebSocketMessageType.Binary, compress:=False)
    End Sub
End Module
