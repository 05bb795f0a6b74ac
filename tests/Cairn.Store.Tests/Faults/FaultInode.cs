namespace Cairn.Store.Tests.Faults;

/// <summary>
/// A file's content apart from its name. Pages are never changed in place, and the list of them not once it is shared: the image of a disk
/// that nothing is written to costs nothing.
/// </summary>
internal sealed class FaultInode
{
    private const int PageBytes = 4096;

    /// <summary>Null: zeroes.</summary>
    private byte[]?[] _pages = [];

    /// <summary>A copy has the same list.</summary>
    private bool _isShared;

    public int Length { get; private set; }

    public FaultInode Copy()
    {
        _isShared = true;
        return new FaultInode { _pages = _pages, _isShared = true, Length = Length };
    }

    public void Read(long offset, Span<byte> result)
    {
        while (!result.IsEmpty)
        {
            (int page, int at, int count) = Place(offset, result.Length);
            if (_pages[page] is { } bytes)
            {
                bytes.AsSpan(at, count).CopyTo(result);
            }
            else
            {
                result[..count].Clear();
            }

            offset += count;
            result = result[count..];
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        Grow((int)offset + data.Length);
        if (_isShared)
        {
            _pages = [.. _pages];
            _isShared = false;
        }

        while (!data.IsEmpty)
        {
            (int page, int at, int count) = Place(offset, data.Length);
            _pages[page] = Changed(_pages[page], at, data[..count]);
            offset += count;
            data = data[count..];
        }
    }

    public void Grow(int length)
    {
        int pages = (length + PageBytes - 1) / PageBytes;
        if (pages > _pages.Length)
        {
            _isShared = false;
            Array.Resize(ref _pages, Math.Max(pages, Math.Min(_pages.Length * 2, _pages.Length + 1024)));
        }

        Length = Math.Max(Length, length);
    }

    /// <summary>A bit of the file, mostly where there is something.</summary>
    public int ChooseBit(Random random)
    {
        List<int> used = [.. Enumerable.Range(0, Length / PageBytes).Where(page => _pages[page] is not null)];
        return used.Count > 0 && random.Next(8) > 0
            ? (used[random.Next(used.Count)] * PageBytes * 8) + random.Next(PageBytes * 8)
            : random.Next(Length * 8);
    }

    public void Flip(int bit)
    {
        byte[] one = new byte[1];
        Read(bit / 8, one);
        one[0] ^= (byte)(1 << (bit % 8));
        Write(bit / 8, one);
    }

    private static byte[]? Changed(byte[]? page, int at, ReadOnlySpan<byte> data)
    {
        if (data.Length == PageBytes)
        {
            return data.ContainsAnyExcept((byte)0) ? data.ToArray() : null;
        }

        byte[] bytes = new byte[PageBytes];
        page?.CopyTo(bytes, 0);
        data.CopyTo(bytes.AsSpan(at));
        return bytes.AsSpan().ContainsAnyExcept((byte)0) ? bytes : null;
    }

    private static (int Page, int At, int Count) Place(long offset, int length)
    {
        int at = (int)(offset % PageBytes);
        return ((int)(offset / PageBytes), at, Math.Min(length, PageBytes - at));
    }
}
