namespace Cairn.Store.Tests.Faults;

/// <summary>A file's content apart from its name. Pages are never changed in place, so that a copy shares them: an image of a disk costs little.</summary>
internal sealed class FaultInode
{
    private const int PageBytes = 4096;

    /// <summary>Null: zeroes.</summary>
    private byte[]?[] _pages = [];

    public int Length { get; private set; }

    public FaultInode Copy() => new() { _pages = [.. _pages], Length = Length };

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
        while (!data.IsEmpty)
        {
            (int page, int at, int count) = Place(offset, data.Length);
            byte[] bytes = new byte[PageBytes];
            _pages[page]?.CopyTo(bytes, 0);
            data[..count].CopyTo(bytes.AsSpan(at));
            _pages[page] = bytes.AsSpan().ContainsAnyExcept((byte)0) ? bytes : null;
            offset += count;
            data = data[count..];
        }
    }

    public void Grow(int length)
    {
        int pages = (length + PageBytes - 1) / PageBytes;
        if (pages > _pages.Length)
        {
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

    private static (int Page, int At, int Count) Place(long offset, int length)
    {
        int at = (int)(offset % PageBytes);
        return ((int)(offset / PageBytes), at, Math.Min(length, PageBytes - at));
    }
}
