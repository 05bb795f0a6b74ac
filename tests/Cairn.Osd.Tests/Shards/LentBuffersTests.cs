using Cairn.Osd.Shards;

namespace Cairn.Osd.Tests.Shards;

public sealed class LentBuffersTests
{
    private readonly LentBuffers _buffers = new();

    [Fact]
    public void A_buffer_lives_until_the_shard_and_every_frame_are_done_with_it()
    {
        byte[] array = new byte[100];
        var owner = new Owner();
        LentBuffer? buffer = _buffers.Register(array.AsMemory(10, 50), owner);
        LentBuffer? frame = _buffers.Retain(array.AsMemory(20, 5));
        Assert.Same(buffer, frame);
        _buffers.Unregister(buffer);
        Assert.Equal(0, owner.Disposed);
        frame!.Dispose();
        Assert.Equal(1, owner.Disposed);
    }

    [Fact]
    public void A_slice_of_nobodys_array_needs_no_owner() => Assert.Null(_buffers.Retain(new byte[3]));

    [Fact]
    public void An_unregistered_array_is_nobodys()
    {
        byte[] array = new byte[8];
        var owner = new Owner();
        _buffers.Unregister(_buffers.Register(array, owner));
        Assert.Equal(1, owner.Disposed);
        Assert.Null(_buffers.Retain(array));
        Assert.Equal(0, _buffers.Count);
    }

    [Fact]
    public void An_abandoned_buffer_is_never_given_back()
    {
        byte[] array = new byte[8];
        var owner = new Owner();
        _buffers.Abandon(_buffers.Register(array, owner));
        Assert.Equal(0, owner.Disposed);
        Assert.Equal(0, _buffers.Count);
    }

    [Fact]
    public void An_older_buffer_is_found_beside_a_newer_one()
    {
        byte[][] arrays = [new byte[8], new byte[8], new byte[8]];
        LentBuffer?[] buffers = [.. arrays.Select(array => _buffers.Register(array, new Owner()))];
        for (int i = 0; i < arrays.Length; i++)
        {
            Assert.Same(buffers[i], _buffers.Retain(arrays[i]));
        }

        _buffers.Unregister(buffers[2]);
        _buffers.Unregister(buffers[0]);
        Assert.Null(_buffers.Retain(arrays[0]));
        Assert.Same(buffers[1], _buffers.Retain(arrays[1]));
        Assert.Null(_buffers.Retain(arrays[2]));
        Assert.Equal(1, _buffers.Count);
    }

    [Fact]
    public void Nothing_to_lend_is_given_back_at_once()
    {
        var owner = new Owner();
        Assert.Null(_buffers.Register(ReadOnlyMemory<byte>.Empty, owner));
        Assert.Equal(1, owner.Disposed);
    }

    private sealed class Owner : IDisposable
    {
        public int Disposed { get; private set; }

        public void Dispose() => Disposed++;
    }
}
