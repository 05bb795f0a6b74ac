using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Cairn.Maps;

/// <summary>
/// The interpolated message of a condition that must hold, made only when it does not. As a string it would be made each time: five of them
/// were half of what a small write to the store allocated.
/// </summary>
[InterpolatedStringHandler]
[SuppressMessage("Performance", "CA1815", Justification = "Never compared.")]
public ref struct FailureText
{
    private readonly bool _isWanted;
    private DefaultInterpolatedStringHandler _text;

    public FailureText(int literalLength, int formattedCount, bool condition, out bool shouldAppend)
    {
        _isWanted = shouldAppend = !condition;
        _text = _isWanted ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    public string ToStringAndClear() => _isWanted ? _text.ToStringAndClear() : "";
}
