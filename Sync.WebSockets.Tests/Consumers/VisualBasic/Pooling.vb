Imports System.Threading
Imports Sync.WebSockets

''' <summary>Connections that are lent.</summary>
Public Module Pooling
    Private ReadOnly Second As TimeSpan = TimeSpan.FromSeconds(1)

    Public Function Make(client As WebSocketClientOptions) As WebSocketClientPool
        Dim options As New WebSocketClientPoolOptions With {
            .ClientOptions = client,
            .MaxSize = 4,
            .MinIdle = 1,
            .IdleLifetime = Timeout.InfiniteTimeSpan,
            .HealthCheckAfter = Second,
            .HealthCheckTimeout = Second
        }
        options.ClientOptions.ConnectTimeout = options.HealthCheckAfter + options.HealthCheckTimeout
        options.MaxSize += options.MinIdle
        If options.IdleLifetime > Second Then Call New WebSocketClientPool(New Uri("ws://localhost"), options).Dispose()
        Return New WebSocketClientPool("ws://localhost", options)
    End Function

    Public Function Ask(pool As WebSocketClientPool, question As String, cancellationToken As CancellationToken) As String
        pool.Rent(Second).Dispose()
        Using lease = pool.Rent(Second, cancellationToken)
            Try
                lease.Client.Send(question)
                Return lease.Client.Receive(Second).Text
            Catch late As TimeoutException
                lease.Discard()
                Throw
            End Try
        End Using
    End Function

    Public Function Look(pool As WebSocketClientPool) As String
        Dim now = pool.GetStatistics()
        Dim places = now.Open + now.Idle + now.Leased + now.Connecting + now.Waiting
        Dim counts = now.Created + now.Reused + now.Dropped + now.Expired + now.Abandoned + now.ConnectFailures + now.Timeouts
        Return places & " " & counts
    End Function

    Public Function Statistics() As WebSocketClientPoolStatistics
        Return New WebSocketClientPoolStatistics With {
            .Open = 1, .Idle = 1, .Leased = 0, .Connecting = 0, .Waiting = 0,
            .Created = 1, .Reused = 1, .Dropped = 1, .Expired = 1, .Abandoned = 1, .ConnectFailures = 1, .Timeouts = 1
        }
    End Function
End Module
