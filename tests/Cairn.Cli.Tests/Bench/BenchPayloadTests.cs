using Cairn.Cli.Bench;

namespace Cairn.Cli.Tests.Bench;

public sealed class BenchPayloadTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(4096)]
    [InlineData(4099)]
    [InlineData(20000)]
    public void Its_own_data_is_accepted_and_any_changed_byte_is_not(int size)
    {
        BenchPayload payload = new(99, size);
        byte[] data = new byte[size];
        payload.Fill(data, 7, 0);
        Assert.Null(payload.Check(data, 7, 0, size));
        for (int at = 0; at < size; at += Math.Max(1, size / 50))
        {
            data[at] ^= 0x40;
            Assert.NotNull(payload.Check(data, 7, 0, size));
            data[at] ^= 0x40;
        }
    }

    [Fact]
    public void The_data_of_another_object_is_not_accepted()
    {
        BenchPayload payload = new(99, 8192);
        byte[] data = new byte[8192];
        payload.Fill(data, 7, 0);
        Assert.Contains("other data", payload.Check(data, 8, 0, 8192)!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_piece_is_known_by_its_place_in_the_object()
    {
        BenchPayload payload = new(99, 16384);
        byte[] piece = new byte[4096];
        payload.Fill(piece, 7, 8192);
        Assert.Null(payload.Check(piece, 7, 8192, 4096));
        Assert.NotNull(payload.Check(piece, 7, 4096, 4096));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(1024)]
    [InlineData(1300)]
    public void A_piece_of_any_size_is_what_the_whole_object_has_there(int size)
    {
        BenchPayload payload = new(99, size * 10);
        byte[] whole = new byte[size * 10];
        payload.Fill(whole, 7, 0);
        for (int offset = 0; offset < whole.Length; offset += size)
        {
            byte[] piece = new byte[size];
            payload.Fill(piece, 7, offset);
            Assert.Equal(whole[offset..(offset + size)], piece);
            Assert.Null(payload.Check(piece, 7, offset, size));
        }
    }

    [Fact]
    public void A_short_read_is_not_accepted() => Assert.Contains("100 bytes instead of 4096", new BenchPayload(1, 4096).Check(new byte[100], 0, 0, 4096)!, StringComparison.Ordinal);
}
