using Cairn.Cli.Shell;

namespace Cairn.Cli.Tests.Shell;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("4K", 4096)]
    [InlineData("4KiB", 4096)]
    [InlineData("1.5m", 1572864)]
    [InlineData("2 GiB", 2147483648)]
    public void Sizes_are_read_in_units_of_1024(string text, long bytes) => Assert.Equal(bytes, Quantity.ParseBytes(text));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("4 parsecs")]
    [InlineData("0.1")]
    [InlineData("9999999999T")]
    [InlineData("1e3")]
    public void What_is_no_whole_number_of_bytes_is_refused(string text) => Assert.Null(Quantity.ParseBytes(text));

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("10", 10)]
    [InlineData("5m", 300)]
    [InlineData("1h", 3600)]
    public void Times_are_read_with_their_unit(string text, double seconds) => Assert.Equal(seconds, Quantity.ParseDuration(text)!.Value.TotalSeconds);

    [Theory]
    [InlineData("soon")]
    [InlineData("-3s")]
    [InlineData("3 fortnights")]
    public void What_is_no_time_is_refused(string text) => Assert.Null(Quantity.ParseDuration(text));
}
