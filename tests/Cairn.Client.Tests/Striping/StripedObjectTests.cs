using Cairn.Client.Tests.Fakes;
using Cairn.Objects.Operations;

namespace Cairn.Client.Tests.Striping;

public class StripedObjectTests
{
    private const int ObjectSize = StripedObject.ObjectSize;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ObjectSize - 1)]
    [InlineData(ObjectSize)]
    [InlineData(ObjectSize + 1)]
    [InlineData((3 * ObjectSize) + 12345)]
    public async Task A_file_of_any_size_comes_back_whole(int size)
    {
        await using FakeCluster cluster = new();
        byte[] file = Bytes(size, 1);
        StripedObject striped = new(cluster.Pool, "file");
        foreach (Stream source in (Stream[])[new MemoryStream(file), new Unseekable(file)])
        {
            Assert.Equal(size, await striped.WriteAsync(source, new Dictionary<string, byte[]> { ["mode"] = [7] }));
            MemoryStream back = new();
            StripedInfo info = await striped.ReadAsync(back);
            Assert.Equal(file, back.ToArray());
            Assert.Equal(size, info.Size);
            Assert.Equal([7], info.Xattrs["mode"]);
            Assert.Equal(Math.Max(1, (size + ObjectSize - 1) / ObjectSize), info.ObjectCount);
            Assert.Equal(info.ObjectCount, cluster.Objects.Count);
        }
    }

    [Fact]
    public async Task Replacing_and_removing_leave_no_pieces_behind()
    {
        await using FakeCluster cluster = new();
        StripedObject striped = new(cluster.Pool, "file");
        await striped.WriteAsync(new MemoryStream(Bytes(5 * ObjectSize, 1)));
        await striped.WriteAsync(new MemoryStream(Bytes(2 * ObjectSize, 2)));
        Assert.Equal(2, cluster.Objects.Count);
        await striped.WriteAsync(new MemoryStream([1, 2, 3]));
        Assert.Equal(1, cluster.Objects.Count);
        Assert.Equal(3, (await striped.StatAsync()).Size);
        await striped.WriteAsync(new MemoryStream(Bytes(3 * ObjectSize, 3)));
        Assert.Equal("file", Assert.Single(await cluster.Pool.ListObjectsAsync().ToListAsync()).Name);
        await striped.RemoveAsync();
        Assert.Equal(0, cluster.Objects.Count);
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => striped.StatAsync());
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_read_is_an_error_and_never_a_mixture()
    {
        await using FakeCluster cluster = new();
        StripedObject striped = new(cluster.Pool, "file");
        await striped.WriteAsync(new MemoryStream(Bytes(20 * ObjectSize, 1)));
        byte[] after = Bytes(20 * ObjectSize, 2);
        bool replaced = false;
        ReplacingStream destination = new(async () =>
        {
            if (!replaced)
            {
                replaced = true;
                await striped.WriteAsync(new MemoryStream(after));
            }
        });
        CairnException e = await Assert.ThrowsAsync<CairnException>(() => striped.ReadAsync(destination));
        Assert.Equal(OpStatus.NotFound, e.Status);
        Assert.Contains("was replaced or removed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_breaks_leaves_the_old_file_and_no_pieces()
    {
        await using FakeCluster cluster = new();
        StripedObject striped = new(cluster.Pool, "file");
        await striped.WriteAsync(new MemoryStream([1, 2, 3]));
        await Assert.ThrowsAsync<IOException>(() => striped.WriteAsync(new Breaking(Bytes(3 * ObjectSize, 1))));
        Assert.Equal(1, cluster.Objects.Count);
        MemoryStream back = new();
        await striped.ReadAsync(back);
        Assert.Equal([1, 2, 3], back.ToArray());
    }

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }

    private sealed class Breaking(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length / 2 ? base.ReadAsync(buffer, cancellationToken) : throw new IOException("the source broke");
    }

    private sealed class ReplacingStream(Func<Task> onWrite) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => await onWrite();
    }
}
