using System.Globalization;
using Cairn.Maps;

namespace Cairn.Simulation.History;

/// <summary>What happened, for people. Keeps the last lines, or all of them; always a checksum over all, to compare two runs.</summary>
/// <param name="linesMax">0: none are kept.</param>
public sealed class EventTrace(int linesMax)
{
    private readonly Queue<string> _lines = new();

    /// <summary>Equal for two runs only if they were the same.</summary>
    public uint Checksum { get; private set; }

    public IEnumerable<string> Lines => _lines;

    /// <summary>Lines are costly: what is only for people need not be put together when nobody keeps it.</summary>
    public bool IsKept => linesMax > 0;

    public void Add(long atUs, string text)
    {
        Checksum = Crc32C.Append(Checksum, System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan()));
        Checksum = Crc32C.Append(Checksum, BitConverter.GetBytes(atUs));
        if (linesMax == 0)
        {
            return;
        }

        if (_lines.Count >= linesMax)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{atUs / 1e6,11:F6} {text}"));
    }
}
