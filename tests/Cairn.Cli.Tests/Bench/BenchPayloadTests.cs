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
        byte[] data = payload.NewBuffer();
        payload.Stamp(data, 7);
        Assert.Null(payload.Check(data, 7));
        for (int at = 0; at < size; at += Math.Max(1, size / 50))
        {
            data[at] ^= 0x40;
            Assert.NotNull(payload.Check(data, 7));
            data[at] ^= 0x40;
        }
    }

    [Fact]
    public void The_data_of_another_object_is_not_accepted()
    {
        BenchPayload payload = new(99, 8192);
        byte[] data = payload.NewBuffer();
        payload.Stamp(data, 7);
        Assert.Contains("other data", payload.Check(data, 8)!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_read_is_not_accepted() => Assert.Contains("100 bytes instead of 4096", new BenchPayload(1, 4096).Check(new byte[100], 0)!, StringComparison.Ordinal);
}
