using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using FluentAssertions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Sync.WebSockets;

[TestFixture]
public sealed class WebSocketClientOptionsTests
{
    private static readonly PropertyInfo[] Settable = [.. typeof(WebSocketClientOptions).GetProperties().Where(p => p.CanWrite)];

    private static readonly PropertyInfo[] Lists = [.. typeof(WebSocketClientOptions).GetProperties().Where(p => !p.CanWrite)];

    private static readonly string[] Bounds = [.. Settable.Where(p => p.PropertyType == typeof(TimeSpan)).Select(p => p.Name)];

    private static readonly string[] Sizes =
    [
        .. Settable.Where(p => p.PropertyType == typeof(int) || p.PropertyType == typeof(int?)).Select(p => p.Name)
            .Where(name => name != nameof(WebSocketClientOptions.MaxRedirects)),
    ];

    [Test]
    public void Defaults_are_the_documented_ones()
    {
        WebSocketClientOptions options = new();

        options.PingInterval.Should().Be(TimeSpan.FromSeconds(20));
        options.PingTimeout.Should().Be(TimeSpan.FromSeconds(20));
        options.ConnectTimeout.Should().Be(TimeSpan.FromSeconds(10));
        options.CloseTimeout.Should().Be(TimeSpan.FromSeconds(10));
        options.SendTimeout.Should().Be(Timeout.InfiniteTimeSpan);
        options.MaxMessageSize.Should().Be(16 * 1024 * 1024);
        options.MaxSendFrameSize.Should().Be(256 * 1024);
        options.ReceiveQueueBytes.Should().Be(1024 * 1024);
        options.Headers.Should().BeEmpty();
        options.SubProtocols.Should().BeEmpty();
        options.RequireSubProtocol.Should().BeFalse();
        options.Origin.Should().BeNull();
        options.UserAgent.Should().Be("Sync.WebSockets");
        options.ClientCertificates.Count.Should().Be(0);
        options.RemoteCertificateValidationCallback.Should().BeNull();
        options.SslProtocols.Should().Be(SslProtocols.None);
        options.CheckCertificateRevocation.Should().BeFalse();
        options.NoDelay.Should().BeTrue();
        options.ReceiveBufferSize.Should().BeNull();
        options.SendBufferSize.Should().BeNull();
        options.LoggerFactory.Should().BeNull();
    }

    [Test]
    public void Defaults_of_the_way_to_the_server_are_the_documented_ones()
    {
        WebSocketClientOptions options = new();

        options.UseProxy.Should().BeTrue();
        options.Proxy.Should().BeNull();
        options.MaxRedirects.Should().Be(0);
        options.Credentials.Should().BeNull();
        options.PreAuthenticate.Should().BeFalse();
        options.UseUserInfo.Should().BeFalse();
        options.Cookies.Should().BeNull();
        options.TargetHost.Should().BeNull();
        options.RemoteEndPoint.Should().BeNull();
        options.LocalEndPoint.Should().BeNull();
        options.SocketDialer.Should().BeNull();
        options.StreamDialer.Should().BeNull();
    }

    [Test]
    [Category("H6")]
    public void At_most_10_redirects_can_be_allowed()
    {
        WebSocketClientOptions options = new();
        foreach (int legal in new[] { 10, 1, 0 })
        {
            options.MaxRedirects = legal;
            options.MaxRedirects.Should().Be(legal);
        }
        foreach (int wrong in new[] { -1, 11, int.MinValue, int.MaxValue })
            options.Invoking(o => o.MaxRedirects = wrong).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("MaxRedirects");
        options.MaxRedirects.Should().Be(0, "a refused value changes nothing");
    }

    [TestCase("example.com")]
    [TestCase("localhost")]
    [TestCase("xn--bcher-kva.example")]
    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    public void TargetHost_takes_a_name_or_an_address(string host)
    {
        WebSocketClientOptions options = new() { TargetHost = host };
        options.TargetHost.Should().Be(host);

        options.TargetHost = null;
        options.TargetHost.Should().BeNull();
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("a b")]
    [TestCase("a/b")]
    [TestCase("https://example.com")]
    [TestCase("example.com:443")]
    [TestCase("example.com\r\nX: y")]
    [Category("H1")]
    public void TargetHost_refuses_what_is_none(string host)
    {
        WebSocketClientOptions options = new() { TargetHost = "example.com" };

        options.Invoking(o => o.TargetHost = host).Should().Throw<ArgumentException>().WithParameterName("TargetHost");

        options.TargetHost.Should().Be("example.com");
    }

    [TestCase("a b")]
    [TestCase("a\r\nX: y")]
    [Category("H1")]
    public void RemoteEndPoint_refuses_a_name_that_is_none(string host)
    {
        WebSocketClientOptions options = new();

        options.Invoking(o => o.RemoteEndPoint = new DnsEndPoint(host, 80)).Should().Throw<ArgumentException>().WithParameterName("RemoteEndPoint");

        options.RemoteEndPoint.Should().BeNull();
    }

    [Test]
    public void Connection_is_a_socket_or_a_stream_and_not_both()
    {
        WebSocketClientOptions options = new()
        {
            SocketDialer = _ => throw new NotSupportedException(),
            StreamDialer = _ => throw new NotSupportedException(),
        };

        options.Invoking(o => o.Freeze()).Should().Throw<ArgumentException>().WithMessage("*SocketDialer*StreamDialer*");

        options.SocketDialer = null;
        options.Invoking(o => o.Freeze()).Should().NotThrow();
    }

    [TestCaseSource(nameof(Bounds))]
    public void Bound_takes_any_positive_time_or_infinity_and_refuses_the_rest(string bound)
    {
        WebSocketClientOptions options = new();
        foreach (TimeSpan legal in new[] { TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(int.MaxValue), Timeout.InfiniteTimeSpan })
        {
            Set(options, bound, legal);
            Get(options, bound).Should().Be(legal);
        }
        foreach (TimeSpan wrong in new[] { TimeSpan.Zero, TimeSpan.FromMilliseconds(-2), TimeSpan.FromMilliseconds(int.MaxValue + 1L) })
            options.Invoking(o => Set(o, bound, wrong)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(bound);
        Get(options, bound).Should().Be(Timeout.InfiniteTimeSpan, "a refused value changes nothing");
    }

    [TestCaseSource(nameof(Sizes))]
    public void Size_has_a_smallest_value(string size)
    {
        int smallest = size == nameof(WebSocketClientOptions.MaxSendFrameSize) ? 1024 : 1;
        WebSocketClientOptions options = new();

        Set(options, size, smallest);
        options.Invoking(o => Set(o, size, smallest - 1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(size);
        options.Invoking(o => Set(o, size, int.MinValue)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(size);

        Get(options, size).Should().Be(smallest);
        Set(options, size, int.MaxValue);
        Get(options, size).Should().Be(int.MaxValue);
    }

    [TestCase(nameof(WebSocketClientOptions.Origin))]
    [TestCase(nameof(WebSocketClientOptions.UserAgent))]
    public void Header_refuses_what_would_smuggle_another_one_in(string header)
    {
        WebSocketClientOptions options = new();
        foreach (string wrong in new[] { "a\r\nb: c", "a\nb", "a\0" })
            options.Invoking(o => Set(o, header, wrong)).Should().Throw<ArgumentException>();

        Set(options, header, "fine");
        Set(options, header, null);
        Get(options, header).Should().BeNull();
    }

    [TestCase(nameof(WebSocketClientOptions.ReceiveBufferSize))]
    [TestCase(nameof(WebSocketClientOptions.SendBufferSize))]
    public void Buffer_can_be_left_to_the_system_again(string buffer)
    {
        WebSocketClientOptions options = new();
        Set(options, buffer, 5);

        Set(options, buffer, null);

        Get(options, buffer).Should().BeNull();
    }

    [Test]
    public void Copy_holds_every_property_also_those_yet_to_come()
    {
        foreach (PropertyInfo property in Settable)
        {
            WebSocketClientOptions options = new();
            object unusual = Unusual(property, options);
            if (property.Name == nameof(WebSocketClientOptions.RequireSubProtocol))
                options.SubProtocols.Add("chat");
            property.SetValue(options, unusual);

            object? copied = property.GetValue(options.Freeze());
            if (unusual is TcpKeepAliveOptions or WebSocketCompressionOptions)
                copied.Should().BeEquivalentTo(unusual, property.Name).And.NotBeSameAs(unusual, "it can be changed later");
            else
                copied.Should().Be(unusual, property.Name);
        }
    }

    [Test]
    public void Copy_holds_every_list_and_shares_none()
    {
        foreach (PropertyInfo property in Lists)
        {
            WebSocketClientOptions options = new();
            AddTo(options, property);

            object copy = property.GetValue(options.Freeze())!;

            copy.Should().NotBeSameAs(property.GetValue(options), property.Name);
            ((IEnumerable)copy).Cast<object>().Should().Equal(((IEnumerable)property.GetValue(options)!).Cast<object>(), property.Name);
            ((IEnumerable)copy).Cast<object>().Should().HaveCount(1, property.Name);
        }
    }

    [Test]
    public void Later_changes_do_not_reach_the_copy()
    {
        WebSocketClientOptions options = new();
        WebSocketClientOptions copy = options.Freeze();

        options.PingInterval = TimeSpan.FromSeconds(1);
        foreach (PropertyInfo property in Lists)
            AddTo(options, property);

        copy.PingInterval.Should().Be(TimeSpan.FromSeconds(20));
        foreach (PropertyInfo property in Lists)
            ((IEnumerable)property.GetValue(copy)!).Cast<object>().Should().BeEmpty(property.Name);
    }

    [Test]
    public void Subprotocol_that_is_required_must_be_offered()
    {
        WebSocketClientOptions options = new() { RequireSubProtocol = true };

        options.Invoking(o => o.Freeze()).Should().Throw<ArgumentException>().WithMessage("*RequireSubProtocol*");

        options.SubProtocols.Add("chat");
        options.Invoking(o => o.Freeze()).Should().NotThrow();
    }

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("a,b")]
    [TestCase(null)]
    public void Subprotocol_that_is_no_token_is_refused(string? subProtocol)
    {
        WebSocketClientOptions options = new();
        options.SubProtocols.Add(subProtocol!);

        options.Invoking(o => o.Freeze()).Should().Throw<ArgumentException>();
    }

    [TestCase("Upgrade")]
    [TestCase("connection")]
    [TestCase("Sec-WebSocket-Key")]
    [TestCase("SEC-WEBSOCKET-EXTENSIONS")]
    public void Header_of_the_handshake_itself_is_refused(string name)
    {
        WebSocketClientOptions options = new();
        options.Headers.Add(name, "x");

        options.Invoking(o => o.Freeze()).Should().Throw<ArgumentException>();
    }

    private static object? Get(WebSocketClientOptions options, string name) => typeof(WebSocketClientOptions).GetProperty(name)!.GetValue(options);

    private static void Set(WebSocketClientOptions options, string name, object? value)
    {
        try
        {
            typeof(WebSocketClientOptions).GetProperty(name)!.SetValue(options, value);
        }
        catch (TargetInvocationException e)
        {
            throw e.InnerException!;
        }
    }

    private static object Unusual(PropertyInfo property, WebSocketClientOptions options)
    {
        if (UnusualWay(property.Name) is { } unusual)
            return unusual;
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(TimeSpan))
            return TimeSpan.FromSeconds(77);
        if (type == typeof(int))
            return 7777;
        if (type == typeof(long))
            return 7777L;
        if (type == typeof(bool))
            return !(bool)property.GetValue(options)!;
        if (type == typeof(string))
            return "unusual";
        if (type == typeof(SslProtocols))
            return SslProtocols.Tls12;
        if (type == typeof(RemoteCertificateValidationCallback))
            return (RemoteCertificateValidationCallback)((_, _, _, errors) => errors == SslPolicyErrors.None);
        if (type == typeof(Func<HeartbeatPolicy>))
            return HeartbeatPolicy.OneWay(TimeSpan.FromSeconds(1));
        if (type == typeof(TcpKeepAliveOptions))
            return new TcpKeepAliveOptions { Time = TimeSpan.FromSeconds(77), Interval = TimeSpan.FromSeconds(7), RetryCount = 77 };
        if (type == typeof(ILoggerFactory))
            return new NullLoggerFactory();
        if (type == typeof(WebSocketCompressionOptions))
        {
            return new WebSocketCompressionOptions
            {
                Level = CompressionLevel.NoCompression,
                MinimumSize = 77,
                ClientContextTakeover = false,
                ServerContextTakeover = false,
                ClientMaxWindowBits = 10,
                ServerMaxWindowBits = 11,
            };
        }
        throw new NotSupportedException("Teach this test an unusual value for the new property " + property.Name);
    }

    private static object? UnusualWay(string property) => property switch
    {
        nameof(WebSocketClientOptions.Proxy) => new WebProxy("http://proxy.example:3128"),
        nameof(WebSocketClientOptions.MaxRedirects) => 7,
        nameof(WebSocketClientOptions.Credentials) => new NetworkCredential("user", "password"),
        nameof(WebSocketClientOptions.Cookies) => new CookieContainer(),
        nameof(WebSocketClientOptions.RemoteEndPoint) => new DnsEndPoint("other.example", 77),
        nameof(WebSocketClientOptions.LocalEndPoint) => new IPEndPoint(IPAddress.Loopback, 77),
        nameof(WebSocketClientOptions.SocketDialer) => (Func<EndPoint, Socket>)(_ => throw new NotSupportedException()),
        nameof(WebSocketClientOptions.StreamDialer) => (Func<EndPoint, Stream>)(_ => throw new NotSupportedException()),
        _ => null,
    };

    private static void AddTo(WebSocketClientOptions options, PropertyInfo list)
    {
        switch (list.GetValue(options))
        {
            case WebSocketHeaders headers:
                headers.Add("X-Name", "value");
                break;
            case IList<string> strings:
                strings.Add("chat");
                break;
            case X509CertificateCollection certificates:
                certificates.Add(Support.TestCertificates.Localhost);
                break;
            default:
                throw new NotSupportedException("Teach this test to fill the new property " + list.Name);
        }
    }
}
