using Cairn.Messaging.DataPlane;

namespace Cairn.Client;

/// <summary>Data that was read, in a recycled buffer. Given: dispose it when done with the bytes.</summary>
public sealed class ReadBuffer : IDisposable
{
    private PooledBuffer? _payload;
    private readonly ReadOnlyMemory<byte> _data;

    internal ReadBuffer(PooledBuffer payload, ReadOnlyMemory<byte> data)
    {
        _payload = payload;
        _data = data;
    }

    public ReadOnlyMemory<byte> Memory => _payload is null ? throw new ObjectDisposedException(nameof(ReadBuffer)) : _data;

    public void Dispose() => Interlocked.Exchange(ref _payload, null)?.Dispose();
}
