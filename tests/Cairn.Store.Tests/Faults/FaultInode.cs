using System.IO.Hashing;

namespace Cairn.Store.Tests.Faults;

/// <summary>
/// A file's content apart from its name. Pages are never changed in place, and the list of them not once it is shared: the image of a disk
/// that nothing is written to costs nothing. Safe for several callers: FASTER writes two pages of a spilling index at a time.
/// </summary>
internal sealed class FaultInode
{
    private const int PageBytes = 4096;

    private readonly Lock _lock = new();

    /// <summary>Null: zeroes.</summary>
    private Page?[] _pages = [];

    /// <summary>A copy has the same list.</summary>
    private bool _isShared;

    public int Length { get; private set; }

    /// <summary>Equal for equal content.</summary>
    public UInt128 Digest { get; private set; }

    public FaultInode Copy()
    {
        lock (_lock)
        {
            _isShared = true;
            return new FaultInode { _pages = _pages, _isShared = true, Length = Length, Digest = Digest };
        }
    }

    public void Read(long offset, Span<byte> result)
    {
        lock (_lock)
        {
            while (!result.IsEmpty)
            {
                (int page, int at, int count) = Place(offset, result.Length);
                if (_pages[page] is { } written)
                {
                    written.Bytes.AsSpan(at, count).CopyTo(result);
                }
                else
                {
                    result[..count].Clear();
                }

                offset += count;
                result = result[count..];
            }
        }
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        lock (_lock)
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
                Page? before = _pages[page];
                Page? after = Changed(before, page, at, data[..count]);
                Digest ^= (before?.Hash ?? 0) ^ (after?.Hash ?? 0);
                _pages[page] = after;
                offset += count;
                data = data[count..];
            }
        }
    }

    public void Grow(int length)
    {
        lock (_lock)
        {
            int pages = (length + PageBytes - 1) / PageBytes;
            if (pages > _pages.Length)
            {
                _isShared = false;
                Array.Resize(ref _pages, Math.Max(pages, Math.Min(_pages.Length * 2, _pages.Length + 1024)));
            }

            Length = Math.Max(Length, length);
        }
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

    private static Page? Changed(Page? page, int number, int at, ReadOnlySpan<byte> data)
    {
        byte[] bytes;
        if (data.Length == PageBytes)
        {
            bytes = data.ToArray();
        }
        else
        {
            bytes = new byte[PageBytes];
            page?.Bytes.CopyTo(bytes, 0);
            data.CopyTo(bytes.AsSpan(at));
        }

        return bytes.AsSpan().ContainsAnyExcept((byte)0) ? new Page(bytes, XxHash128.HashToUInt128(bytes, number)) : null;
    }

    private static (int Page, int At, int Count) Place(long offset, int length)
    {
        int at = (int)(offset % PageBytes);
        return ((int)(offset / PageBytes), at, Math.Min(length, PageBytes - at));
    }

    /// <param name="Hash">Of the content and the place in the file.</param>
    private sealed record Page(byte[] Bytes, UInt128 Hash);
}
