using Cairn.Cli.Bench;

namespace Cairn.Cli.Tests.Bench;

public sealed class BenchPlanTests
{
    [Fact]
    public void Sequential_work_goes_through_each_object_and_begins_again()
    {
        BenchPlan plan = new(Options(objects: 2, BenchPattern.Sequential));
        Assert.Equal([(0, 0), (0, 4096), (1, 0), (1, 4096), (0, 0)], Enumerable.Range(0, 5).Select(o => Place(plan, o)));
    }

    [Fact]
    public void Without_a_number_of_objects_every_piece_is_new()
    {
        BenchPlan plan = new(Options(objects: 0, BenchPattern.Sequential));
        Assert.Equal((500, 4096), Place(plan, 1001));
    }

    [Fact]
    public void Random_work_reaches_every_piece()
    {
        BenchPlan plan = new(Options(objects: 10, BenchPattern.Random));
        Assert.Equal(20, Enumerable.Range(0, 1000).Select(o => plan.PieceOf(o)).Distinct().Count());
    }

    [Fact]
    public void What_a_failed_operation_touched_is_not_counted_as_written()
    {
        BenchPlan plan = new(Options(objects: 2, BenchPattern.Sequential));
        Assert.Equal([0, 2], plan.SurelyWritten(7, new HashSet<long> { 5, 3 }).Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(100)]
    public void A_mixed_run_has_about_its_share_of_reads(int percent) =>
        Assert.InRange(Enumerable.Range(0, 10_000).Count(o => BenchPlan.IsRead(o, percent)), (percent * 100) - 300, (percent * 100) + 300);

    private static BenchOptions Options(long objects, BenchPattern pattern) => new()
    {
        Name = "b", Size = 8192, OpSize = 4096, InFlight = 1, Duration = TimeSpan.FromSeconds(1), Objects = objects, Pattern = pattern,
    };

    private static (int Object, int Offset) Place(BenchPlan plan, long operation)
    {
        long piece = plan.PieceOf(operation);
        return ((int)plan.ObjectOf(piece), plan.OffsetOf(piece));
    }
}
