using System;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Linq;
using System.Text;
using Compression;

const string Usage =
    """
    Usage: dotnet run -c Release --project examples/Compression [-- ROWS]

    Sends and receives ROWS (default 100000) rows of JSON, compressed in several ways, by this library and by .NET's
    ClientWebSocket in turn, and prints as a Markdown table what came on the wire, the time for each row, and the memory
    that a connection takes. The server at the other end neither compresses nor inflates. Takes about two minutes.
    """;

const string OnlyMemory = "--memory";
const int Connections = 200;

(string Name, Func<Uri, Setting, IClient> Connect)[] clients =
[
    ("ClientWebSocket", (uri, setting) => new PlatformClient(uri, setting)),
    ("this, Optimal", (uri, setting) => new SyncClient(uri, setting, CompressionLevel.Optimal)),
    ("this, Fastest", (uri, setting) => new SyncClient(uri, setting, CompressionLevel.Fastest)),
];
Setting[] settings = [new(0, true), new(9, true), new(12, true), new(15, true), new(15, false)];

// This program starts itself once for each figure: what memory a process has given back cannot be told.
if (args is [OnlyMemory, string whose, string where])
{
    Console.WriteLine(Memory(clients[int.Parse(whose, CultureInfo.InvariantCulture)].Connect, settings[int.Parse(where, CultureInfo.InvariantCulture)]));
    return 0;
}

int rows = 100_000;
if (args.Length > 0 && !int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out rows))
{
    Console.WriteLine(Usage);
    return args is ["--help" or "-h"] ? 0 : 2;
}

foreach (int rowsInMessage in new[] { 1, 100 })
{
    byte[][] messages = Messages(rows, rowsInMessage);
    Console.WriteLine($"{messages.Length} messages of {rowsInMessage} JSON rows each, {messages.Average(m => m.Length):0} bytes on average:");
    Console.WriteLine();
    Console.WriteLine("| window bits | takeover | client | size | send, µs a row | receive, µs a row |");
    Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
    foreach (Setting setting in settings)
    {
        foreach ((string name, Func<Uri, Setting, IClient> connect) in clients)
            Measure(name, connect, setting, messages, rows);
    }
    Console.WriteLine();
}

Console.WriteLine("| window bits | takeover | client | memory of a connection over that of one without compression, KiB |");
Console.WriteLine("| --- | --- | --- | --- |");
long[] without = [.. clients.Select((_, client) => MemoryInProcess(client, setting: 0))];
for (int i = 1; i < settings.Length; i++)
{
    for (int k = 0; k < clients.Length; k++)
        Console.WriteLine($"| {settings[i].Name} | {(settings[i].Takeover ? "yes" : "no")} | {clients[k].Name} | {MemoryInProcess(k, i) - without[k]} |");
}
return 0;

static void Measure(string name, Func<Uri, Setting, IClient> connect, Setting setting, byte[][] messages, int rows)
{
    using RecordingServer server = new() { Extensions = setting.Extensions };
    // The first time warms up.
    Run(connect, server, setting, messages[..(messages.Length / 10)], echoes: 1);
    (TimeSpan sending, _) = Run(connect, server, setting, messages, echoes: 0);
    (_, TimeSpan receiving) = Run(connect, server, setting, messages, echoes: 3);
    double size = (double)server.Received / messages.Sum(m => (long)m.Length);
    Console.WriteLine(FormattableString.Invariant(
        $"| {setting.Name} | {(setting.Takeover ? "yes" : "no")} | {name} | {100 * size:0.0} % | {sending.TotalMicroseconds / rows:0.00} | {receiving.TotalMicroseconds / 3 / rows:0.00} |"));
}

static (TimeSpan Sending, TimeSpan Receiving) Run(Func<Uri, Setting, IClient> connect, RecordingServer server, Setting setting, byte[][] messages, int echoes)
{
    server.Echoes = echoes;
    using IClient client = connect(server.Uri, setting);
    Stopwatch watch = Stopwatch.StartNew();
    foreach (byte[] message in messages)
        client.Send(message);
    TimeSpan sending = watch.Elapsed;
    client.Ask();
    watch.Restart();
    client.ReceiveUntilEmpty();
    return (sending, watch.Elapsed);
}

static long MemoryInProcess(int client, int setting)
{
    ProcessStartInfo start = new(Environment.ProcessPath!, [OnlyMemory, client.ToString(CultureInfo.InvariantCulture), setting.ToString(CultureInfo.InvariantCulture)])
    {
        RedirectStandardOutput = true,
        UseShellExecute = false,
    };
    using Process process = Process.Start(start)!;
    return long.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
}

// In KiB: what the process grows by, of managed memory and other, with many connections that have sent and received something.
static long Memory(Func<Uri, Setting, IClient> connect, Setting setting)
{
    using RecordingServer server = new() { Extensions = setting.Extensions, Echoes = 1 };
    byte[][] messages = Messages(200, 100);
    Use();
    long before = Resident();
    IClient[] clients = [.. Enumerable.Range(0, Connections).Select(_ => Use())];
    long after = Resident();
    foreach (IClient client in clients)
        client.Dispose();
    return (after - before) / Connections / 1024;

    IClient Use()
    {
        IClient client = connect(server.Uri, setting);
        foreach (byte[] message in messages)
            client.Send(message);
        client.Ask();
        client.ReceiveUntilEmpty();
        return client;
    }
}

static long Resident()
{
    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    using Process process = Process.GetCurrentProcess();
    return process.WorkingSet64;
}

static byte[][] Messages(int rows, int rowsInMessage)
{
    string[] cities = ["Aachen", "Bergen", "Cádiz", "Dublin", "Espoo", "Florence"];
    Random random = new(1);
    return Enumerable.Range(0, rows).Chunk(rowsInMessage)
        .Select(chunk => Encoding.UTF8.GetBytes(string.Join("\n", chunk.Select(Row)))).ToArray();

    string Row(int id) => FormattableString.Invariant(
        $"{{\"id\":{id},\"name\":\"customer {random.Next(100_000)}\",\"city\":\"{cities[random.Next(cities.Length)]}\",\"amount\":{random.Next(1_000_000) / 100.0},\"paid\":{(random.Next(2) == 0 ? "true" : "false")},\"at\":\"2026-11-{random.Next(1, 29):00}T{random.Next(24):00}:{random.Next(60):00}:00Z\"}}");
}
