using System;
using System.Linq;
using FluentAssertions;
using NUnit.Framework;

namespace Sync.WebSockets;

[TestFixture]
public sealed class WebSocketHeadersTests
{
    [Test]
    public void Headers_keep_their_order_and_their_duplicates()
    {
        var headers = new WebSocketHeaders { { "B", "1" }, { "A", "2" }, { "b", "3" } };

        headers.Select(header => header.Key + "=" + header.Value).Should().Equal("B=1", "A=2", "b=3");
        headers.Count.Should().Be(3);
    }

    [Test]
    [SetCulture("tr-TR")]
    public void Names_are_compared_without_case_in_every_culture()
    {
        var headers = new WebSocketHeaders { { "Sec-WebSocket-Version", "13" } };

        headers.Contains("SEC-WEBSOCKET-VERSION").Should().BeTrue();
        headers["sec-websocket-version"].Should().Be("13");
        headers.Remove("SEC-WEBSOCKET-VERSION").Should().BeTrue();
        headers.Count.Should().Be(0);
    }

    [Test]
    public void Reading_a_name_joins_its_values_and_gives_null_when_there_is_none()
    {
        var headers = new WebSocketHeaders { { "Accept", "a" }, { "X", "x" }, { "accept", "b" } };

        headers["ACCEPT"].Should().Be("a, b");
        headers.GetValues("accept").Should().Equal("a", "b");
        headers["Absent"].Should().BeNull();
        headers.GetValues("Absent").Should().BeEmpty();
    }

    [Test]
    public void Setting_a_name_replaces_every_value_and_null_removes_them()
    {
        var headers = new WebSocketHeaders { { "A", "1" }, { "X", "x" }, { "a", "2" } };

        headers["A"] = "3";
        headers.Select(header => header.Key + "=" + header.Value).Should().Equal("X=x", "A=3");

        headers["A"] = null;
        headers.Contains("A").Should().BeFalse();
        headers.Remove("A").Should().BeFalse();
    }

    [TestCase("", "empty")]
    [TestCase("X Y", "U+0020 at index 1")]
    [TestCase("X:", "U+003A at index 1")]
    [TestCase("X\r\nY", "U+000D at index 1")]
    [TestCase("\0", "U+0000 at index 0")]
    [TestCase("Größe", "U+00F6 at index 2")]
    [TestCase("(X)", "U+0028 at index 0")]
    [Category("H1")]
    [Category("A7")]
    public void A_name_that_is_no_token_is_refused(string name, string told)
    {
        Action add = () => new WebSocketHeaders().Add(name, "value");
        Action set = () => new WebSocketHeaders()[name] = "value";

        add.Should().Throw<ArgumentException>().WithMessage("*" + told + "*");
        set.Should().Throw<ArgumentException>().WithMessage("*" + told + "*");
    }

    [TestCase('\r')]
    [TestCase('\n')]
    [TestCase('\0')]
    [TestCase('\u0001')]
    [TestCase('\u001F')]
    [TestCase('\u007F')]
    [TestCase('\u0100')]
    [TestCase('\u2028')]
    [TestCase('\uD83D')]
    [Category("H1")]
    [Category("A7")]
    public void A_value_that_a_header_cannot_carry_is_refused_without_being_shown(char bad)
    {
        Action add = () => new WebSocketHeaders().Add("Authorization", "secret" + bad + "X: injected");
        Action set = () => new WebSocketHeaders()["Authorization"] = "secret" + bad;

        foreach (Action attempt in new[] { add, set })
        {
            string message = attempt.Should().Throw<ArgumentException>().Which.Message;
            message.Should().Contain("Authorization").And.Contain("U+" + ((int)bad).ToString("X4", null)).And.Contain("index 6");
            message.Should().NotContain("secret").And.NotContain("injected");
        }
    }

    [Test]
    public void A_value_written_into_the_name_is_not_shown_either()
    {
        Action add = () => new WebSocketHeaders().Add("Authorization: Bearer secret", "");

        add.Should().Throw<ArgumentException>().Which.Message.Should().NotContain("secret");
    }

    [TestCase("")]
    [TestCase(" as given\t")]
    [TestCase("~!\"(),/:;<=>?@[\\]{}")]
    [TestCase("\u0080\u00A0\u00FF")]
    public void A_legal_value_is_kept_as_given(string value)
    {
        new WebSocketHeaders { { "X", value } }["X"].Should().Be(value);
    }

    [Test]
    public void Null_is_refused_everywhere_but_in_setting_a_value()
    {
        var headers = new WebSocketHeaders();

        headers.Invoking(list => list.Add(null!, "")).Should().Throw<ArgumentNullException>().WithParameterName("name");
        headers.Invoking(list => list.Add("X", null!)).Should().Throw<ArgumentNullException>().WithParameterName("value");
        headers.Invoking(list => list.Contains(null!)).Should().Throw<ArgumentNullException>();
        headers.Invoking(list => list.GetValues(null!)).Should().Throw<ArgumentNullException>();
        headers.Invoking(list => list.Remove(null!)).Should().Throw<ArgumentNullException>();
        headers.Invoking(list => list[null!]).Should().Throw<ArgumentNullException>();
    }

    [Test]
    public void Text_for_logs_holds_names_only()
    {
        new WebSocketHeaders { { "Cookie", "secret" }, { "X", "y" } }.ToString().Should().Be("Cookie, X");
    }

    [Test]
    public void A_copy_does_not_follow_its_origin()
    {
        var headers = new WebSocketHeaders { { "A", "1" } };
        WebSocketHeaders copy = headers.Copy();

        headers.Add("B", "2");

        copy.Select(header => header.Key).Should().Equal("A");
    }
}
