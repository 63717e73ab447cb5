#if NET
using System;
using System.IO;
using System.Net.Security;
using System.Threading;
using System.Threading.Tasks;

namespace Sync.WebSockets.Transport;

// What TLS has decrypted lies above the socket, and what lies in the socket may be less than a record. So to wait for bytes without reading them, a
// read of nothing is begun (a look), which ends once something can be read; and what it wants from below, whoever waits brings it, whenever
// that does not block (TlsRecords). It stays begun for whoever waits or reads next.
//
// A receiver may be interrupted, and TLS has locks in common with whoever writes, into which an interrupt breaks. It does so in a look, which then
// is begun anew; for when something can be read, the record is decrypted, and to read it no lock is taken.
//
// Owner: who reads.

/// <summary>TLS for blocking calls, on which one can wait for bytes.</summary>
internal sealed class TlsStream : SslStream
{
    private readonly TlsRecords? _records;
    private ValueTask<int> _look;
    private bool _isLooking;

    public TlsStream(Stream inner, RemoteCertificateValidationCallback check)
        : this(inner is CountingStream wire ? new TlsRecords(wire) : inner, check, leaveInnerStreamOpen: false)
    {
    }

    private TlsStream(Stream inner, RemoteCertificateValidationCallback check, bool leaveInnerStreamOpen)
        : base(inner, leaveInnerStreamOpen, check) => _records = inner as TlsRecords;

    /// <summary>Whether <see cref="AwaitBytes"/> may be called: not where there is TLS below.</summary>
    public bool IsOnWire => _records is not null;

    /// <summary>
    /// Blocks until a read would not; false: nothing has come for the given time, or what has come is nothing to be read yet and it is later than
    /// <paramref name="until"/>.
    /// </summary>
    public bool AwaitBytes(Link link, TimeSpan time, long until)
    {
        do
        {
            BeginLook();
            while (!_look.IsCompleted)
            {
                if (link.Wire.LastRead >= until || !link.Channel.AwaitBytes(time))
                    return false;
                _records!.Bring(isThere: true);
            }
        }
        while (_look.IsFaulted && WasInterrupted());
        return true;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_isLooking)
            EndLook();
        return base.Read(buffer, offset, count);
    }

    protected override void Dispose(bool disposing)
    {
        // The link is cut by now, so this ends it, and what it holds is given back.
        if (disposing && _isLooking && !_look.IsCompleted)
            _records!.Bring();
        base.Dispose(disposing);
    }

    private void BeginLook()
    {
        if (_isLooking)
            return;
#pragma warning disable CA2012 // It is kept, and consumed once, in EndLook.
        _look = ReadAsync(Memory<byte>.Empty);
#pragma warning restore CA2012
        _isLooking = true;
    }

    private void EndLook()
    {
        while (!_look.IsCompleted)
            _records!.Bring();
        _isLooking = false;
        _look.GetAwaiter().GetResult();
    }

    // Any other failure is up to Read. The interrupt is put off, to strike at the next wait that can be left.
    private bool WasInterrupted()
    {
        Task<int> look = _look.AsTask();
        _look = new ValueTask<int>(look);
        Exception failure = look.Exception!.InnerException!;
        if ((failure.InnerException ?? failure) is not ThreadInterruptedException)
            return false;
        _isLooking = false;
        Thread.CurrentThread.Interrupt();
        return true;
    }
}
#endif
