using Cairn.Cli.Shell;

namespace Cairn.Cli.Tests.Shell;

public sealed class UnitsTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(654311424, "624 MiB")]
    [InlineData(2L << 40, "2.0 TiB")]
    public void Bytes_print_with_the_largest_unit_that_fits(double bytes, string text) => Assert.Equal(text, Units.Bytes(bytes));

    [Theory]
    [InlineData(999, "999")]
    [InlineData(4907, "4.9k")]
    [InlineData(12_000_000, "12M")]
    public void Counts_print_in_thousands(double count, string text) => Assert.Equal(text, Units.Count(count));

    [Theory]
    [InlineData(0.354, "0.35s")]
    [InlineData(45.9, "45s")]
    [InlineData(192, "3m12s")]
    [InlineData(7500, "2h05m")]
    [InlineData(190000, "2d04h")]
    public void Ages_print_their_two_leading_units(double seconds, string text) => Assert.Equal(text, Units.Age(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_share_of_nothing_is_no_error() => Assert.Equal("0.000", Units.Percent(0, 0));
}
