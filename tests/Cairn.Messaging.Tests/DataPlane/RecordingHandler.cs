using System.Threading.Channels;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;

namespace Cairn.Messaging.Tests.DataPlane;

/// <summary>Keeps what arrives; optionally does something with it first.</summary>
internal sealed class RecordingHandler(Action<DataConnection, Frame, PooledBuffer>? also = null) : IFrameHandler
{
    private readonly Channel<(Frame Frame, byte[] Payload)> _frames = Channel.CreateUnbounded<(Frame, byte[])>();
    private readonly TaskCompletionSource<Exception?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Exception?> Closed => _closed.Task;

    public void OnFrame(DataConnection connection, Frame frame, PooledBuffer payload)
    {
        byte[] copy = payload.Memory.ToArray();
        also?.Invoke(connection, frame, payload);
        payload.Dispose();
        _frames.Writer.TryWrite((frame, copy));
    }

    public void OnClosed(DataConnection connection, Exception? reason) => _closed.SetResult(reason);

    public async Task<(Frame Frame, byte[] Payload)> NextAsync() =>
        await _frames.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
}
