namespace Cairn.Cli.Shell;

/// <summary>Columns of text, as wide as their widest cell, so that output can be read, and cut by other programs. Empty cells print as '-'.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [];
    private readonly bool[] _rightAligned = new bool[header.Length];

    /// <summary>Numbers line up on their right.</summary>
    public TextTable Right(params int[] columns)
    {
        foreach (int column in columns)
        {
            _rightAligned[column] = true;
        }

        return this;
    }

    public void Add(params string[] cells)
    {
        if (cells.Length != header.Length)
        {
            throw new ArgumentException($"{cells.Length} cells for {header.Length} columns", nameof(cells));
        }

        _rows.Add(cells);
    }

    public void Write(TextWriter output)
    {
        int[] widths = [.. header.Select((title, column) => _rows.Select(r => Math.Max(r[column].Length, 1)).Append(title.Length).Max())];
        foreach (string[] row in _rows.Prepend(header))
        {
            IEnumerable<string> cells = row.Select((cell, column) =>
            {
                string text = cell.Length == 0 ? "-" : cell;
                return _rightAligned[column] ? text.PadLeft(widths[column]) : text.PadRight(widths[column]);
            });
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
