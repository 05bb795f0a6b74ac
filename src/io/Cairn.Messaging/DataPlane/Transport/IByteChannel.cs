namespace Cairn.Messaging.DataPlane.Transport;

/// <summary>A connected byte stream: a socket, or TLS on one.</summary>
internal interface IByteChannel : IDisposable
{
    /// <returns>Bytes received; 0 at the end of the stream.</returns>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>As <see cref="ReceiveAsync"/>, of a buffer that will be filled: it may wait for more than the first bytes.</summary>
    ValueTask<int> ReceiveBulkAsync(Memory<byte> buffer, CancellationToken cancellationToken) => ReceiveAsync(buffer, cancellationToken);

    /// <summary>Sends all of it.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Sends all parts in order, in as few system calls as possible.</summary>
    ValueTask SendAsync(List<ArraySegment<byte>> parts, CancellationToken cancellationToken);

    /// <summary>Ends both directions; pending calls fail.</summary>
    void Abort();
}
