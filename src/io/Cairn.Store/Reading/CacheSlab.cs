using Cairn.Store.Devices;

namespace Cairn.Store.Reading;

/// <summary>
/// A part of the cache's memory, outside the heap: the collector neither counts it nor keeps it, and what the cache gives up is the machine's at once.
/// </summary>
internal sealed unsafe class CacheSlab : IDisposable
{
    public const int Bytes = 1 << 20;

    private byte* _start = Posix.Map(Bytes);

    ~CacheSlab() => Unmap();

    public Span<byte> Span => new(_start, Bytes);

    public void Dispose()
    {
        Unmap();
        GC.SuppressFinalize(this);
    }

    private void Unmap()
    {
        if (_start is not null)
        {
            Posix.Unmap(_start, Bytes);
            _start = null;
        }
    }
}
