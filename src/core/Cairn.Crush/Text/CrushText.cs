namespace Cairn.Crush;

/// <summary>Which Ceph's text form.</summary>
public enum CrushTextDialect
{
    /// <summary>Reads every release's form. Writes weights so that they read back as the same weight.</summary>
    Any,

    /// <summary>Ceph 16: a rule must have min_size and max_size; weights are written with 3 decimals, even where that loses the last bits.</summary>
    Pacific,

    /// <summary>Ceph 17 and later: rules without sizes, weights of 5 decimals.</summary>
    Quincy,
}

/// <summary>The text form of a CRUSH map, as <c>crushtool -c</c> reads and <c>crushtool -d</c> writes it.</summary>
public static class CrushText
{
    /// <exception cref="CrushTextException">Names line, column and what was expected, or the culprit.</exception>
    public static CrushMap Read(string text, CrushTextDialect dialect = CrushTextDialect.Any) =>
        CrushCompiler.Compile(new CrushParser(CrushLexer.Split(text), dialect).Parse());

    public static string Write(CrushMap map, CrushTextDialect dialect = CrushTextDialect.Any) => new CrushTextWriter(map, dialect).Write();
}
