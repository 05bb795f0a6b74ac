using Cairn.Maps;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.DataPlane.Frames;
using Cairn.Messaging.DataPlane.Transport;
using Cairn.Objects;
using CsCheck;

namespace Cairn.Messaging.Tests.DataPlane;

/// <summary>A stream of frames, damaged in every way: what comes out is a prefix of what went in, then an error. Never another frame.</summary>
public class FrameStreamFuzzTests
{
    private static readonly int[] PayloadSizes = [0, 1, 300, 4096, 16384, 40_000, 0, 70_000, 12];
    private static readonly byte[] Stream = WriteFrames();

    [Fact]
    public void Any_chunks_give_the_same_frames() =>
        Gen.Int[1, 100_000].Array[1, 20].Sample(
            chunks =>
            {
                int next = 0;
                (int count, Exception? error) = Read(Stream, () => chunks[next++ % chunks.Length]);
                Assert.Null(error);
                Assert.Equal(PayloadSizes.Length, count);
            },
            iter: 300);

    [Fact]
    public void A_flipped_bit_is_found() =>
        Gen.Select(Gen.Int[0, Stream.Length - 1], Gen.Int[0, 7], Gen.Int[1, 70_000]).Sample(
            flip =>
            {
                byte[] damaged = [.. Stream];
                damaged[flip.Item1] ^= (byte)(1 << flip.Item2);
                (int count, Exception? error) = Read(damaged, () => flip.Item3);
                Assert.True(count < PayloadSizes.Length && error is FrameFormatException, $"{count} frames, {error}");
            },
            iter: 1000);

    [Theory]
    [InlineData(16_384)]
    [InlineData(70_000)]
    public void A_large_payload_comes_with_the_sums_of_its_blocks_and_is_sent_on_with_them(int size)
    {
        int index = Array.IndexOf(PayloadSizes, size);
        PooledBuffer payload = ReadOne(WriteFrame(Payload(index)));
        ReadOnlySpan<uint> sums = SummedMemory.SumsOf(payload.Memory);
        Assert.Equal(size / 4096, sums.Length);
        for (int i = 0; i < sums.Length; i++)
        {
            Assert.Equal(Crc32C.Compute(Payload(index).AsSpan(i * 4096, 4096)), sums[i]);
        }

        Assert.Equal(WriteFrame(Payload(index)), WriteFrame(payload.Memory));
        payload.Dispose();
    }

    [Fact]
    public void A_bit_that_flips_between_receiving_and_sending_on_is_found_by_the_next_receiver()
    {
        PooledBuffer payload = ReadOne(WriteFrame(Payload(7)));
        payload.Writable.Span[5000] ^= 4;
        Assert.Throws<FrameFormatException>(() => ReadOne(WriteFrame(payload.Memory)));
        payload.Dispose();
    }

    [Fact]
    public void A_stream_cut_anywhere_ends_in_an_error_unless_between_frames() =>
        Gen.Int[1, Stream.Length - 1].Sample(
            length =>
            {
                (int count, Exception? error) = Read(Stream[..length], () => 8192);
                Assert.True(error is FrameFormatException || FrameEnds().Contains(length), $"{count} frames, {error}");
            },
            iter: 500);

    [Fact]
    public void Bytes_put_in_or_taken_out_are_found() =>
        Gen.Select(Gen.Int[0, Stream.Length - 100], Gen.Byte.Array[0, 40], Gen.Int[0, 40]).Sample(
            edit =>
            {
                byte[] damaged = [.. Stream[..edit.Item1], .. edit.Item2, .. Stream[(edit.Item1 + edit.Item3)..]];
                if (damaged.AsSpan().SequenceEqual(Stream))
                {
                    return;
                }

                (_, Exception? error) = Read(damaged, () => 5000);
                Assert.True(error is FrameFormatException, error?.ToString());
            },
            iter: 1000);

    [Fact]
    public void Random_bytes_are_no_frames() =>
        Gen.Byte.Array[16, 400].Sample(
            bytes =>
            {
                (int count, Exception? error) = Read(bytes, () => 100);
                Assert.True(count == 0 && error is FrameFormatException);
            },
            iter: 2000);

    [Theory]
    [InlineData(0xffffffffu, 10u)]
    [InlineData(20u, 0xffffffffu)]
    [InlineData(11u, 0u)]
    [InlineData(0u, 0u)]
    [InlineData((200u << 20) + 12, 0u)]
    public void Lengths_out_of_bounds_are_refused_before_anything_is_allocated(uint frameLength, uint headerLength)
    {
        byte[] prelude = [.. BitConverter.GetBytes(frameLength), .. BitConverter.GetBytes(headerLength), .. new byte[8]];
        long before = GC.GetAllocatedBytesForCurrentThread();
        (int count, Exception? error) = Read(prelude, () => 16);
        Assert.IsType<FrameFormatException>(error);
        Assert.Equal(0, count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
    }

    /// <summary>Reads frames to the end or an error, and checks each against what was written.</summary>
    private static (int Count, Exception? Error) Read(byte[] bytes, Func<int> chunk)
    {
        using FrameReader reader = new(new ChunkedChannel(bytes, chunk));
        int count = 0;
        try
        {
            while (reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } received)
            {
                PgMessageFrame frame = Assert.IsType<PgMessageFrame>(received.Frame);
                Assert.Equal(new PgId(1, (uint)count), frame.Pg);
                Assert.True(received.Payload.Memory.Span.SequenceEqual(Payload(count)));
                received.Payload.Dispose();
                count++;
            }

            return (count, null);
        }
        catch (FrameFormatException e)
        {
            return (count, e);
        }
    }

    private static PooledBuffer ReadOne(byte[] bytes)
    {
        using FrameReader reader = new(new ChunkedChannel(bytes, static () => 5000));
        return reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult()!.Value.Payload;
    }

    private static byte[] Payload(int index)
    {
        byte[] bytes = new byte[PayloadSizes[index]];
        new Random(index).NextBytes(bytes);
        return bytes;
    }

    private static byte[] WriteFrames() => WriteFrames(PayloadSizes.Length);

    private static HashSet<int> FrameEnds() => [.. Enumerable.Range(0, PayloadSizes.Length + 1).Select(n => WriteFrames(n).Length)];

    private static byte[] WriteFrame(ReadOnlyMemory<byte> payload) => WriteFrames([payload]);

    private static byte[] WriteFrames(int count) => WriteFrames([.. Enumerable.Range(0, count).Select(static i => (ReadOnlyMemory<byte>)Payload(i))]);

    private static byte[] WriteFrames(ReadOnlyMemory<byte>[] payloads)
    {
        ChunkedChannel channel = new([], static () => 1);
        FrameWriter writer = new(channel);
        writer.Begin();
        for (int i = 0; i < payloads.Length; i++)
        {
            if (!writer.TryAdd(new PgMessageFrame(new PgId(1, (uint)i), new OsdId(2), new Epoch(3), default, [payloads[i]])))
            {
                writer.AddLargeAsync(default).AsTask().GetAwaiter().GetResult();
            }
        }

        writer.FlushAsync(default).AsTask().GetAwaiter().GetResult();
        writer.End();
        return channel.Sent.ToArray();
    }
}
