using Cairn.Cli.Shell;

namespace Cairn.Cli.Tests.Shell;

public sealed class TextTableTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell_and_numbers_line_up_on_the_right()
    {
        TextTable table = new TextTable("NAME", "SIZE").Right(1);
        table.Add("a", "5");
        table.Add("longer", "12345");
        StringWriter output = new() { NewLine = "\n" };
        table.Write(output);
        Assert.Equal("NAME     SIZE\na           5\nlonger  12345\n", output.ToString());
    }

    [Fact]
    public void An_empty_cell_prints_as_a_dash_so_that_columns_can_be_counted()
    {
        TextTable table = new("A", "B", "C");
        table.Add("1", "", "3");
        StringWriter output = new() { NewLine = "\n" };
        table.Write(output);
        Assert.Equal("A  B  C\n1  -  3\n", output.ToString());
    }

    [Fact]
    public void A_row_of_another_width_is_a_mistake() => Assert.Throws<ArgumentException>(() => new TextTable("A", "B").Add("1"));
}
