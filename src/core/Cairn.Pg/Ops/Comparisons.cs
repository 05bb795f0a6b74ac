using Cairn.Objects.Operations;

namespace Cairn.Pg.Ops;

/// <summary>Compares stored bytes with those of a request, as unsigned bytes in order.</summary>
internal static class Comparisons
{
    /// <returns>Whether "stored, operator, given" holds.</returns>
    public static bool Holds(ReadOnlySpan<byte> stored, Comparison comparison, ReadOnlySpan<byte> given)
    {
        int order = stored.SequenceCompareTo(given);
        return comparison switch
        {
            Comparison.Equal => order == 0,
            Comparison.NotEqual => order != 0,
            Comparison.Greater => order > 0,
            Comparison.GreaterOrEqual => order >= 0,
            Comparison.Less => order < 0,
            Comparison.LessOrEqual => order <= 0,
            _ => false, // Refused by OpValidation.
        };
    }

    public static string Symbol(Comparison comparison) => comparison switch
    {
        Comparison.Equal => "==",
        Comparison.NotEqual => "!=",
        Comparison.Greater => ">",
        Comparison.GreaterOrEqual => ">=",
        Comparison.Less => "<",
        _ => "<=",
    };
}
