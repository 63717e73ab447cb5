Imports System.Buffers
Imports System.IO
Imports System.Net.WebSockets
Imports Sync.WebSockets

''' <summary>Messages as streams.</summary>
Public Module Streams
    Public Sub Send(client As WebSocketClient, source As Stream)
        client.Send(source, WebSocketMessageType.Binary)
        client.Send(source, WebSocketMessageType.Binary, compress:=False)
        client.Send(Sub(stream) source.CopyTo(stream), WebSocketMessageType.Binary)
        client.Send(AddressOf source.CopyTo, WebSocketMessageType.Text, compress:=False)
    End Sub

    Public Sub SendMany(client As WebSocketClient, texts As String(), payloads As Byte()())
        client.SendBatch(texts)
        client.SendBatch(payloads, WebSocketMessageType.Binary)
    End Sub

    Public Function Receive(client As WebSocketClient, destination As Stream, writer As IBufferWriter(Of Byte)) As WebSocketMessageType
        Using stream As WebSocketMessageStream = client.OpenReceiveStream()
            stream.ReadTimeout = 1000
            stream.CopyTo(destination)
            Console.WriteLine($"{stream.MessageType} {stream.Position}")
        End Using
        client.OpenReceiveStream(TimeSpan.FromSeconds(1)).Dispose()
        Return client.Receive(writer, TimeSpan.FromSeconds(1))
    End Function
End Module
