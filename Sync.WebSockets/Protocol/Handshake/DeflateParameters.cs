using System.Collections.Generic;
using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace Sync.WebSockets.Protocol.Handshake;

/// <summary>The parameters of permessage-deflate (RFC 7692, 7.1): those that we offer, or those that were agreed on.</summary>
/// <param name="ServerContextTakeover">The server may refer to earlier messages, so we keep them in a window.</param>
/// <param name="ClientContextTakeover">We refer to earlier messages.</param>
/// <param name="ServerMaxWindowBits">How far back the server may refer: 2^n bytes.</param>
/// <param name="ClientMaxWindowBits">How far back we may refer.</param>
internal sealed record DeflateParameters(bool ServerContextTakeover, bool ClientContextTakeover, int ServerMaxWindowBits, int ClientMaxWindowBits)
{
    public const string ExtensionName = "permessage-deflate";
    public const int MinWindowBits = 8;
    public const int MaxWindowBits = 15;

    /// <summary>The value of Sec-WebSocket-Extensions. The server may always limit our window (7.1.2.2): the deflater keeps to it.</summary>
    public string ToOffer()
    {
        var text = new StringBuilder(ExtensionName);
        if (!ServerContextTakeover)
            text.Append("; server_no_context_takeover");
        if (!ClientContextTakeover)
            text.Append("; client_no_context_takeover");
        if (ServerMaxWindowBits < MaxWindowBits)
            text.Append("; server_max_window_bits=").Append(ServerMaxWindowBits.ToString(CultureInfo.InvariantCulture));
        text.Append("; client_max_window_bits");
        if (ClientMaxWindowBits < MaxWindowBits)
            text.Append('=').Append(ClientMaxWindowBits.ToString(CultureInfo.InvariantCulture));
        return text.ToString();
    }

    /// <summary>
    /// What the server's answer to this offer makes of it. The result is what is wrong with the answer; null: nothing. A server may ask
    /// for more restraint than was offered (7.1.1, 7.1.2), but for no less.
    /// </summary>
    public string? Agree(ExtensionOffer answer, out DeflateParameters agreed)
    {
        agreed = new DeflateParameters(true, ClientContextTakeover, MaxWindowBits, MaxWindowBits);
        foreach (KeyValuePair<string, string?> parameter in answer.Parameters)
        {
            string? problem = null;
            switch (parameter.Key)
            {
                case "server_no_context_takeover":
                    problem = CheckFlag(parameter);
                    agreed = agreed with { ServerContextTakeover = false };
                    break;
                case "client_no_context_takeover":
                    problem = CheckFlag(parameter);
                    agreed = agreed with { ClientContextTakeover = false };
                    break;
                case "server_max_window_bits":
                    problem = CheckBits(parameter, ServerMaxWindowBits, out int serverBits);
                    agreed = agreed with { ServerMaxWindowBits = serverBits };
                    break;
                case "client_max_window_bits":
                    problem = CheckBits(parameter, ClientMaxWindowBits, out int clientBits);
                    agreed = agreed with { ClientMaxWindowBits = clientBits };
                    break;
                default:
                    return $"The server's {ExtensionName} has the parameter {HttpGrammar.Quote(parameter.Key)}, expected only what RFC 7692, 7.1 defines.";
            }
            if (problem is not null)
                return problem;
        }
        // 7.1: what the offer asks of the server, an answer that accepts the offer repeats.
        if (agreed.ServerContextTakeover && !ServerContextTakeover)
            return "The server's " + ExtensionName + " lacks server_no_context_takeover, which was asked for: allow ServerContextTakeover.";
        if (agreed.ServerMaxWindowBits > ServerMaxWindowBits)
            return Invariant($"The server's {ExtensionName} lacks server_max_window_bits, expected {ServerMaxWindowBits} at most: raise ServerMaxWindowBits.");
        return null;
    }

    private static string? CheckFlag(KeyValuePair<string, string?> parameter) => parameter.Value is null
        ? null
        : $"The server's {parameter.Key} has the value {HttpGrammar.Quote(parameter.Value)}, expected none; RFC 7692, 7.1.1.";

    // 7.1.2: a decimal number without leading zeros.
    private static string? CheckBits(KeyValuePair<string, string?> parameter, int most, out int bits)
    {
        string value = parameter.Value ?? "";
        bits = value.Length switch
        {
            1 when value[0] is '8' or '9' => value[0] - '0',
            2 when value[0] == '1' && value[1] is >= '0' and <= '5' => 10 + value[1] - '0',
            _ => int.MaxValue,
        };
        return bits <= most
            ? null
            : Invariant($"The server's {parameter.Key} is {HttpGrammar.Quote(value)}, expected a number from {MinWindowBits} to {most}; RFC 7692, 7.1.2.");
    }
}
