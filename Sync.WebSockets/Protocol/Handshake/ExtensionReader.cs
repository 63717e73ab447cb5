using System.Collections.Generic;
using System.Text;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>
/// Reads Sec-WebSocket-Extensions from left to right, once. Null means that what stands here does not follow the grammar of RFC 6455, 9.1.
/// White space may stand between any two parts.
/// </summary>
internal sealed class ExtensionReader(string text)
{
    private int _position;

    public bool AtEnd
    {
        get
        {
            while (_position < text.Length && text[_position] is ' ' or '\t')
                _position++;
            return _position == text.Length;
        }
    }

    public bool Skip(char expected)
    {
        if (AtEnd || text[_position] != expected)
            return false;
        _position++;
        return true;
    }

    public ExtensionOffer? ReadOffer()
    {
        if (ReadToken() is not { } name)
            return null;
        var parameters = new List<KeyValuePair<string, string?>>();
        while (Skip(';'))
        {
            if (ReadToken() is not { } parameter)
                return null;
            string? value = null;
            if (Skip('=') && (value = ReadValue()) is null)
                return null;
            parameters.Add(new KeyValuePair<string, string?>(parameter, value));
        }
        return new ExtensionOffer(name, parameters);
    }

    // 9.1: a quoted value, once unquoted, is a token too.
    private string? ReadValue()
    {
        if (!Skip('"'))
            return ReadToken();
        var value = new StringBuilder();
        while (_position < text.Length && text[_position] != '"')
        {
            if (text[_position] == '\\' && ++_position == text.Length)
                return null;
            value.Append(text[_position++]);
        }
        if (_position == text.Length || !HttpGrammar.IsToken(value.ToString()))
            return null;
        _position++;
        return value.ToString();
    }

    private string? ReadToken()
    {
        int start = AtEnd ? text.Length : _position;
        while (_position < text.Length && HttpGrammar.IsTokenChar(text[_position]))
            _position++;
        return _position > start ? text.Substring(start, _position - start) : null;
    }
}
