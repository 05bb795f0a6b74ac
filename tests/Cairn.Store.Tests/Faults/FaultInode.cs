namespace Cairn.Store.Tests.Faults;

/// <summary>A file's content apart from its name.</summary>
internal sealed class FaultInode
{
    public byte[] Content { get; private set; } = [];

    public int Length { get; private set; }

    public FaultInode Copy()
    {
        var copy = new FaultInode();
        copy.Write(0, Content.AsSpan(0, Length));
        return copy;
    }

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        Grow((int)offset + data.Length);
        data.CopyTo(Content.AsSpan((int)offset));
    }

    public void Grow(int length)
    {
        if (length > Content.Length)
        {
            byte[] content = new byte[Math.Max(length, Math.Min(Content.Length * 2, Content.Length + (4 << 20)))];
            Content.AsSpan(0, Length).CopyTo(content);
            Content = content;
        }

        Length = Math.Max(Length, length);
    }
}
