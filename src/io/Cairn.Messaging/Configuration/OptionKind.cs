namespace Cairn.Messaging.Configuration;

/// <summary>How the text of an option is read.</summary>
public enum OptionKind
{
    Text,

    /// <summary>A whole number; <c>k</c>, <c>M</c>, <c>G</c> are not units of it.</summary>
    Number,

    /// <summary>A number with a fraction.</summary>
    Ratio,

    /// <summary><c>true</c> or <c>false</c>, also <c>yes no on off 1 0</c>.</summary>
    Flag,

    /// <summary>With a unit: <c>500ms 5s 10m 2h 1d</c>; a bare number is seconds.</summary>
    Duration,

    /// <summary>With a unit: <c>4096 64KiB 4MiB 10GiB 1TiB</c>, or <c>kB MB GB</c> by 1000; K, M, G, T alone are binary.</summary>
    Bytes,

    /// <summary>One of the words in <see cref="ConfigOption.Choices"/>.</summary>
    Choice,

    Guid,

    /// <summary>HOST:PORT; IPv6 hosts in brackets.</summary>
    Address,

    /// <summary>HOST:PORT,HOST:PORT.</summary>
    AddressList,
}
