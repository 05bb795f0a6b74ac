using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cairn.Messaging;

/// <summary>An address as written in configurations and maps: <c>host:port</c>, <c>10.0.0.1:6800</c>, <c>[::1]:6800</c>.</summary>
public readonly record struct HostPort(string Host, int Port)
{
    /// <exception cref="FormatException">Not HOST:PORT.</exception>
    public static HostPort Parse(string text) =>
        TryParse(text, out HostPort address)
            ? address
            : throw new FormatException($"'{text}' is no HOST:PORT (an IPv6 host stands in brackets)");

    public static bool TryParse(string? text, out HostPort address)
    {
        address = default;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0)
        {
            return false;
        }

        string host = text![..colon].Trim();
        if (host.Length > 2 && host[0] == '[' && host[^1] == ']')
        {
            host = host[1..^1];
        }
        else if (host.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        if (host.Length == 0
            || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > ushort.MaxValue)
        {
            return false;
        }

        address = new HostPort(host, port);
        return true;
    }

    public static IReadOnlyList<HostPort> ParseList(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    /// <summary>The address to bind or connect to.</summary>
    /// <exception cref="SocketException">The host has no address.</exception>
    public async ValueTask<IPEndPoint> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(Host, out IPAddress? address))
        {
            return new IPEndPoint(address, Port);
        }

        IPAddress[] all = await Dns.GetHostAddressesAsync(Host, cancellationToken).ConfigureAwait(false);
        // IPv4 first: "localhost" often resolves to ::1 where nothing listens.
        return new IPEndPoint(
            all.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? all.FirstOrDefault()
                ?? throw new SocketException((int)SocketError.HostNotFound),
            Port);
    }

    public static HostPort From(IPEndPoint endPoint)
    {
        IPAddress address = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        return new HostPort(address.ToString(), endPoint.Port);
    }

    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
