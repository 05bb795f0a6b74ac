using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Cairn.Maps;

/// <summary>What must be true, checked in Release too: a wrong OSD must stop, since the cluster repairs a down one, not a wrong one.</summary>
public static class Invariant
{
    /// <exception cref="InvariantException"><paramref name="condition"/> is false: a bug.</exception>
    public static void Require(
        [DoesNotReturnIf(false)] bool condition,
        string? what = null,
        [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition)
        {
            Fail(what, expression);
        }
    }

    /// <inheritdoc cref="Require(bool, string?, string)"/>
    public static void Require(
        [DoesNotReturnIf(false)] bool condition,
        [InterpolatedStringHandlerArgument(nameof(condition))] ref FailureText what,
        [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition)
        {
            Fail(what.ToStringAndClear(), expression);
        }
    }

    [DoesNotReturn]
    private static void Fail(string? what, string expression) =>
        throw new InvariantException(what is null ? $"must hold: {expression}" : $"{what} (must hold: {expression})");
}

/// <summary>A bug showed itself. Never caught except to stop the daemon.</summary>
public sealed class InvariantException(string message) : Exception(message);
