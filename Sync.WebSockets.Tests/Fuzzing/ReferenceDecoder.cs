using System;
using System.Collections.Generic;
using System.Linq;
using Sync.WebSockets.Protocol.Messages;
using Sync.WebSockets.Support;

namespace Sync.WebSockets.Fuzzing;

/// <summary>
/// RFC 6455 read plainly, over a stream that is there as a whole: what a client has to make of it. It shares no code with the decoder
/// that it judges, and cares for nothing but being right.
/// </summary>
internal sealed class ReferenceDecoder
{
    private const int ProtocolError = 1002;
    private const int InvalidPayload = 1007;
    private const int TooBig = 1009;
    private const long LongestArray = 0x7FFFFFC7;

    private readonly byte[] _input;
    private readonly long _limit;
    private readonly List<byte> _message = [];
    private readonly List<byte> _character = []; // octets of a text that are not a whole character yet
    private int _at;
    private int _type; // 0: no message is open

    public ReferenceDecoder(byte[] input, long limit)
    {
        _input = input;
        _limit = Math.Min(limit, LongestArray);
        while (TakeFrame())
        {
        }
    }

    public List<WireEvent> Events { get; } = [];

    /// <summary>Whole headers that are right by themselves.</summary>
    public int Headers { get; private set; }

    // False: nothing more can be said of the stream.
    private bool TakeFrame()
    {
        if (!Has(1))
            return false;
        int opcode = _input[_at] & 15;
        bool fin = _input[_at] >= 128, control = opcode >= 8;
        if ((_input[_at] & 0x70) != 0 || opcode is not (0 or 1 or 2 or 8 or 9 or 10) || (control && !fin))
            return Refuse(ProtocolError, _at + 1);

        if (!Has(2))
            return false;
        long length = _input[_at + 1];
        if (length >= 128 || (control && length > 125))
            return Refuse(ProtocolError, _at + 2);
        int octets = length == 127 ? 8 : length == 126 ? 2 : 0;
        if (octets == 8 && Has(3) && _input[_at + 2] >= 128)
            return Refuse(ProtocolError, _at + 3);
        if (octets == 8 && Has(8) && Octets(2, 6).All(octet => octet == 0))
            return Refuse(ProtocolError, _at + 8);
        if (!Has(2 + octets))
            return false;
        if (octets > 0)
            length = Octets(2, octets).Aggregate(0L, (sum, octet) => (sum * 256) + octet);
        _at += 2 + octets;
        if (octets == 2 && length < 126)
            return Refuse(ProtocolError, _at);

        Headers++;
        return control ? TakeControl(opcode, (int)length) : TakeData(opcode, fin, length);
    }

    private bool TakeControl(int opcode, int length)
    {
        if (!Has(length))
            return false;
        byte[] payload = [.. Octets(0, length)];
        _at += length;
        if (opcode != Op.Close)
            return Say(opcode == Op.Ping ? DecodeResult.Ping : DecodeResult.Pong, 0, payload);
        if (length == 0)
            return Say(DecodeResult.Close, 0, []) && false;
        int code = length == 1 ? 0 : (payload[0] * 256) + payload[1];
        if (code is not (>= 1000 and <= 1014 and not (1004 or 1005 or 1006)) and not (>= 3000 and <= 4999))
            return Refuse(ProtocolError, _at);
        byte[] reason = [.. payload.Skip(2)];
        List<byte> character = [];
        if (!reason.All(octet => Continues(character, octet)) || character.Count > 0)
            return Refuse(InvalidPayload, _at);
        return Say(DecodeResult.Close, code, reason) && false;
    }

    private bool TakeData(int opcode, bool fin, long length)
    {
        if (opcode == Op.Continuation == (_type == 0))
            return Refuse(ProtocolError, _at);
        if (length > _limit - _message.Count)
            return Refuse(TooBig, _at);

        _type = opcode == Op.Continuation ? _type : opcode;
        for (; length > 0 && Has(1); length--)
        {
            byte octet = _input[_at++];
            if (_type == Op.Text && !Continues(_character, octet))
                return Refuse(InvalidPayload, _at);
            _message.Add(octet);
        }

        if (length > 0 || !fin)
            return length == 0;
        if (_character.Count > 0)
            return Refuse(InvalidPayload, _at);
        Say(DecodeResult.Message, _type, [.. _message]);
        _message.Clear();
        _type = 0;
        return true;
    }

    // RFC 3629: whether the octets are a character or can become one, that is a number of the right size, written as short as can be.
    private static bool Continues(List<byte> character, byte octet)
    {
        character.Add(octet);
        byte lead = character[0];
        int length = lead < 0x80 ? 1 : lead is >= 0xC0 and < 0xE0 ? 2 : lead is >= 0xE0 and < 0xF0 ? 3 : lead is >= 0xF0 and < 0xF8 ? 4 : 0;
        if (length == 0 || (character.Count > 1 && octet is < 0x80 or >= 0xC0))
            return false;

        int smallest = length == 1 ? lead : lead & (0x7F >> length), largest = smallest;
        for (int i = 1; i < length; i++)
        {
            smallest = (smallest << 6) | (i < character.Count ? character[i] & 0x3F : 0);
            largest = (largest << 6) | (i < character.Count ? character[i] & 0x3F : 0x3F);
        }

        if (character.Count == length)
            character.Clear();
        int leastOfLength = length switch { 1 => 0, 2 => 0x80, 3 => 0x800, _ => 0x10000 };
        return largest >= leastOfLength && smallest <= 0x10FFFF && !(smallest >= 0xD800 && largest <= 0xDFFF);
    }

    private bool Has(int octets) => _at + octets <= _input.Length;

    private ArraySegment<byte> Octets(int offset, int count) => new(_input, _at + offset, count);

    private bool Say(DecodeResult kind, int code, byte[] payload)
    {
        Events.Add(new WireEvent(kind, code, payload, _at));
        return true;
    }

    private bool Refuse(int code, int end)
    {
        Events.Add(new WireEvent(DecodeResult.Violation, code, [], end));
        return false;
    }
}
