using System.Buffers;
using System.Runtime.InteropServices;
using Cairn.Store.Devices;
using Cairn.Store.Segments;

namespace Cairn.Store.Commit;

/// <summary>
/// Writes appends to segments. Those of one segment lie one behind the other, whatever transactions they are of: they become one write.
/// </summary>
internal sealed class AppendWriter
{
    private readonly HashSet<IBlockFile> _files = [];
    private readonly List<BlockPiece> _pieces = [];
    private readonly List<MemoryHandle> _pinned = [];
    private readonly List<AlignedBuffer> _copies = [];
    private Segment? _segment;
    private int _from;
    private int _to;

    public void Write(IEnumerable<PendingAppend> appends)
    {
        foreach (PendingAppend append in appends)
        {
            if (append.Segment != _segment || append.Position != _to)
            {
                Flush();
                _segment = append.Segment;
                _from = _to = append.Position;
            }

            _pieces.Add(PieceOf(append));
            _to += append.Length;
        }

        Flush();
    }

    /// <param name="sync">All that was written since is on stable media when this returns.</param>
    public void End(bool sync)
    {
        foreach (IBlockFile file in sync ? _files : [])
        {
            file.Sync();
        }

        _files.Clear();
    }

    private void Flush()
    {
        if (_segment is { File: { } file })
        {
            file.Write(_from, CollectionsMarshal.AsSpan(_pieces));
            _files.Add(file);
        }

        _pinned.ForEach(static p => p.Dispose());
        _pinned.Clear();
        _copies.ForEach(static c => c.Dispose());
        _copies.Clear();
        _pieces.Clear();
        _segment = null;
    }

    private unsafe BlockPiece PieceOf(PendingAppend append)
    {
        MemoryHandle pinned = append.Pin();
        _pinned.Add(pinned);
        var bytes = new ReadOnlySpan<byte>(pinned.Pointer, append.Length);
        if (BulkData.IsAligned(bytes))
        {
            return new BlockPiece((byte*)pinned.Pointer, append.Length);
        }

        // Lent bytes in an array that is not pinned: the collector has moved it meanwhile.
        var aligned = new AlignedBuffer(append.Length);
        _copies.Add(aligned);
        bytes.CopyTo(aligned.Span);
        return aligned.Piece(append.Length);
    }
}
