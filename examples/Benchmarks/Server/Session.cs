using System;
using System.Globalization;
using System.IO;
using System.Text;

namespace Benchmarks.Server;

/// <summary>One connection of the server's. What it does with messages, the path says: /echo, /sink or /flood/SIZE/CONTENT.</summary>
internal sealed class Session(Stream stream)
{
    private readonly FrameReader _reader = new(stream);
    private long _count;

    /// <summary>Blocks until the client has closed.</summary>
    public void Run()
    {
        string[] path = Upgrade.Accept(stream).Split('/');
        Action onData = path[1] switch
        {
            "echo" => Echo,
            "sink" => Count,
            _ => Flooding(EncodedFrames.Of(int.Parse(path[2], CultureInfo.InvariantCulture), path[3], isMasked: false)),
        };
        while (_reader.TryReadHeader())
        {
            switch (_reader.First)
            {
                case Frame.Close:
                    stream.Write(_reader.ReadAsAnswer(Frame.Close));
                    return;
                case Frame.Ping:
                    stream.Write(_reader.ReadAsAnswer(Frame.Pong));
                    break;
                case Frame.Pong:
                    _reader.SkipPayload();
                    break;
                default:
                    onData();
                    break;
            }
        }
    }

    private void Echo() => stream.Write(_reader.ReadAsAnswer(_reader.First));

    // A text asks how many others have come. Only the last frame of a message counts.
    private void Count()
    {
        _reader.SkipPayload();
        if (_reader.First != Frame.Text)
        {
            _count += _reader.First >> 7;
            return;
        }
        stream.Write(Frame.Of(Frame.Text, Encoding.ASCII.GetBytes(_count.ToString(CultureInfo.InvariantCulture)), isMasked: false));
        _count = 0;
    }

    // A text says how many are wanted.
    private Action Flooding(EncodedFrames frames) => () =>
        frames.Write(stream, int.Parse(_reader.ReadPayload(), NumberStyles.None, CultureInfo.InvariantCulture));
}
