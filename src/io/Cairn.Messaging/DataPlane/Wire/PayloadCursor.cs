namespace Cairn.Messaging.DataPlane.Wire;

/// <summary>Cuts a frame's payload into the parts its header names, in order, none overlapping, none left over.</summary>
internal struct PayloadCursor(ReadOnlyMemory<byte> payload)
{
    private ReadOnlyMemory<byte> _rest = payload;

    public ReadOnlyMemory<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw new FrameFormatException($"the header names {length} bytes of data where {_rest.Length} are left in the payload");
        }

        ReadOnlyMemory<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    public readonly void RequireEnd()
    {
        if (_rest.Length > 0)
        {
            throw new FrameFormatException($"{_rest.Length} bytes of the payload belong to nothing in the header");
        }
    }
}
