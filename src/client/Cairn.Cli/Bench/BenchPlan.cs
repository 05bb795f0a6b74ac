namespace Cairn.Cli.Bench;

/// <summary>Which piece of which object each operation of a run is about. Known beforehand, so that a run can be checked afterwards without notes.</summary>
internal sealed class BenchPlan(BenchOptions options)
{
    /// <summary>Different pieces; 0: no end.</summary>
    public long Pieces => options.Objects * options.PiecesPerObject;

    /// <summary>The number of the piece that an operation is about.</summary>
    public long PieceOf(long operation) => Pieces switch
    {
        0 => operation,
        _ when options.Pattern == BenchPattern.Sequential => operation % Pieces,
        // Multiplying by an odd constant scatters the numbers without a table.
        _ => (long)((Scatter(operation) >> 11) % (ulong)Pieces),
    };

    public long ObjectOf(long piece) => piece / options.PiecesPerObject;

    public int OffsetOf(long piece) => (int)(piece % options.PiecesPerObject) * options.OpSize;

    /// <summary>Whether an operation of a mixed run reads.</summary>
    public static bool IsRead(long operation, int readPercent) => (long)((Scatter(operation ^ 0x5bd1e995) >> 33) % 100) < readPercent;

    /// <summary>The pieces that acknowledged operations, and no failed one, wrote.</summary>
    public IReadOnlyList<long> SurelyWritten(long operations, IReadOnlySet<long> failed)
    {
        HashSet<long> unsure = [.. failed.Select(PieceOf)];
        HashSet<long> written = [];
        for (long operation = 0; operation < operations && (Pieces == 0 || written.Count + unsure.Count < Pieces); operation++)
        {
            long piece = PieceOf(operation);
            if (!unsure.Contains(piece))
            {
                written.Add(piece);
            }
        }

        return [.. written];
    }

    private static ulong Scatter(long operation) => unchecked((ulong)operation * 0x9E3779B97F4A7C15);
}
