using System.Buffers;

namespace Cairn.Pg;

/// <summary>A stretch of <see cref="LogSlots"/>, and of those that are log entries what does not fit a slot, as bytes.</summary>
internal sealed class LogBlock : IBufferWriter<byte>
{
    public const int Slots = 128;

    private readonly LogSlot[] _slots = new LogSlot[Slots];
    private byte[] _rest = [];

    /// <summary>Bytes written.</summary>
    public int RestLength { get; set; }

    public ref LogSlot this[int index] => ref _slots[index];

    public ReadOnlySpan<byte> RestFrom(int at) => _rest.AsSpan(at, RestLength - at);

    /// <summary>Lets go of the bytes: its entries were trimmed.</summary>
    /// <returns>The array, for another block.</returns>
    public byte[] TakeRest()
    {
        byte[] rest = _rest;
        _rest = [];
        RestLength = 0;
        return rest;
    }

    public void GiveRest(byte[] rest) => _rest = rest;

    public void Advance(int count) => RestLength += count;

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        int needed = RestLength + Math.Max(1, sizeHint);
        if (needed > _rest.Length)
        {
            Array.Resize(ref _rest, Math.Max(needed, RestLength * 3 / 2 + 512));
        }

        return _rest.AsSpan(RestLength);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _ = GetSpan(sizeHint);
        return _rest.AsMemory(RestLength);
    }
}
