using System;
using System.Net.Security;
using Benchmarks.Cases;

namespace Benchmarks.Clients;

/// <summary>Where a client connects to, and for what.</summary>
/// <param name="Uri">The server's.</param>
/// <param name="Size">Bytes in a message.</param>
/// <param name="Form">What a message comes out as, or goes in as.</param>
/// <param name="IsDeflated">Messages of JSON, compressed.</param>
/// <param name="Trust">What certificate is right.</param>
internal sealed record Target(Uri Uri, int Size, Form Form, bool IsDeflated, RemoteCertificateValidationCallback Trust)
{
    /// <summary>What is sent, in turn.</summary>
    public byte[][] Payloads { get; } = IsDeflated ? Payload.Jsons(Size) : [Payload.Json(Size, 0)];
}
