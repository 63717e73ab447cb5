using System;
using System.Collections.Generic;
using System.Text;
using Sync.WebSockets.Protocol.Handshake;

namespace Sync.WebSockets.Protocol.Authentication;

/// <summary>
/// Reads WWW-Authenticate or Proxy-Authenticate (RFC 9110, 11.6.1 and 11.7.1) from left to right, once. The comma between two challenges
/// also stands between two parameters of one, so each element says itself what it is: "name=value" belongs to the challenge before it, and
/// all else begins the next. What cannot be read costs the rest of its line, but nothing before it: "Basic realm=My Proxy" does get sent.
/// </summary>
internal sealed class ChallengeReader
{
    private Dictionary<string, string>? _parameters; // of the last challenge; null: parameters that come now belong to none
    private string _line = "";
    private int _position;

    public List<AuthenticationChallenge> Challenges { get; } = [];

    private bool AtEnd
    {
        get
        {
            while (_position < _line.Length && _line[_position] is ' ' or '\t')
                _position++;
            return _position == _line.Length;
        }
    }

    private bool AtElementEnd => AtEnd || _line[_position] == ',';

    // 5.3: lines of one name are one list, cut at any of its commas, so a challenge may go on in the next line.
    public void Read(string line)
    {
        _line = line;
        _position = 0;
        while (!AtEnd)
        {
            // 5.6.1.2: empty elements are skipped.
            if (!Skip(',') && !ReadElement())
            {
                _parameters = null;
                return;
            }
        }
    }

    private bool ReadElement()
    {
        string? word = ReadWord();
        int equals = SkipEquals();
        if (word is not null && equals == 0)
        {
            Begin(word);
            // 11.3: next comes nothing, the first parameter, or a token68, which may end in "=". No scheme that we answer has one.
            word = ReadWord();
            equals = SkipEquals();
            if (AtElementEnd)
                return true;
        }
        if (word is null || equals != 1 || ReadValue() is not { } value || !AtElementEnd)
            return false;
        Add(word, value);
        return true;
    }

    private void Begin(string scheme)
    {
        _parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Challenges.Add(new AuthenticationChallenge(scheme, _parameters));
    }

    // 11.2: a name is there once per challenge. Which of two was meant is not for us to guess, so the challenge goes.
    private void Add(string name, string value)
    {
        if (_parameters is null)
            return;
        if (_parameters.ContainsKey(name))
        {
            Challenges.RemoveAt(Challenges.Count - 1);
            _parameters = null;
            return;
        }
        _parameters.Add(name, value);
    }

    private bool Skip(char expected)
    {
        if (AtEnd || _line[_position] != expected)
            return false;
        _position++;
        return true;
    }

    private int SkipEquals()
    {
        int count = 0;
        while (Skip('='))
            count++;
        return count;
    }

    private string? ReadValue()
    {
        if (!Skip('"'))
            return ReadWord();
        var value = new StringBuilder();
        while (_position < _line.Length && _line[_position] != '"')
        {
            if (_line[_position] == '\\' && ++_position == _line.Length)
                return null;
            value.Append(_line[_position++]);
        }
        return Skip('"') ? value.ToString() : null;
    }

    // 11.2: a token, or a token68 without its "=", which adds the slash. Servers that forget the quotes around a path are understood too.
    private string? ReadWord()
    {
        int start = AtEnd ? _line.Length : _position;
        while (_position < _line.Length && (HttpGrammar.IsTokenChar(_line[_position]) || _line[_position] == '/'))
            _position++;
        return _position > start ? _line.Substring(start, _position - start) : null;
    }
}
