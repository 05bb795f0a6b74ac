using FASTER.core;

namespace Cairn.Store.Index;

/// <summary>How FASTER copies a value out: into the caller's reused buffer.</summary>
internal sealed class IndexFunctions : SpanByteFunctions<IndexKey, IndexValue, Empty>
{
    public override bool SingleReader(
        ref IndexKey key, ref SpanByte input, ref SpanByte value, ref IndexValue dst, ref ReadInfo readInfo)
    {
        dst ??= new IndexValue();
        dst.Set(value.AsReadOnlySpan());
        return true;
    }

    public override bool ConcurrentReader(
        ref IndexKey key, ref SpanByte input, ref SpanByte value, ref IndexValue dst, ref ReadInfo readInfo)
    {
        dst.Set(value.AsReadOnlySpan());
        return true;
    }
}

/// <summary>A value read from the index.</summary>
internal sealed class IndexValue
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, _length);

    public void Set(ReadOnlySpan<byte> value)
    {
        if (value.Length > _bytes.Length)
        {
            _bytes = new byte[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)value.Length)];
        }

        value.CopyTo(_bytes);
        _length = value.Length;
    }
}
