using Cairn.Messaging.DataPlane.Transport;

namespace Cairn.Messaging.Tests.DataPlane;

/// <summary>Gives bytes in chunks of chosen sizes, then ends; keeps what is sent.</summary>
internal sealed class ChunkedChannel(byte[] bytes, Func<int> nextChunk) : IByteChannel
{
    private int _at;

    public MemoryStream Sent { get; } = new();

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int length = Math.Min(Math.Min(Math.Max(1, nextChunk()), buffer.Length), bytes.Length - _at);
        bytes.AsMemory(_at, length).CopyTo(buffer);
        _at += length;
        return ValueTask.FromResult(length);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> sent, CancellationToken cancellationToken)
    {
        Sent.Write(sent.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask SendAsync(List<ArraySegment<byte>> parts, CancellationToken cancellationToken)
    {
        foreach (ArraySegment<byte> part in parts)
        {
            Sent.Write(part);
        }

        return ValueTask.CompletedTask;
    }

    public void Abort()
    {
    }

    public void Dispose()
    {
    }
}
