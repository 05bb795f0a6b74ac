using Cairn.Objects.Operations;
using Cairn.Pg.Ops;
using CsCheck;

namespace Cairn.Pg.Tests.Ops;

public sealed class CompoundPropertyTests
{
    private static readonly Gen<ReadOnlyMemory<byte>> Payload = Gen.Byte.Array[0, 6].Select(static b => (ReadOnlyMemory<byte>)b);

    private static readonly Gen<ObjectOp> DataStep = Gen.OneOf<ObjectOp>(
        Gen.Select(Gen.ULong[0, 12], Payload).Select(static (o, d) => (ObjectOp)new WriteOp(o, d)),
        Payload.Select(static d => (ObjectOp)new WriteFullOp(d)),
        Payload.Select(static d => (ObjectOp)new AppendOp(d)),
        Gen.ULong[0, 16].Select(static s => (ObjectOp)new TruncateOp(s)),
        Gen.Select(Gen.ULong[0, 12], Gen.ULong[0, 6]).Select(static (o, l) => (ObjectOp)new ZeroOp(o, l)),
        Gen.Const((ObjectOp)new RemoveOp()),
        Gen.Const((ObjectOp)new CreateOp(false)));

    [Fact]
    public void Steps_in_one_operation_do_what_they_do_one_by_one() =>
        Gen.Select(DataStep.Array[0, 4], DataStep.Array[1, 6]).Sample((setup, steps) =>
        {
            var together = new OpFixture();
            var apart = new OpFixture();
            foreach (ObjectOp step in setup)
            {
                Assert.Equal(together.Run(step).Status, apart.Run(step).Status);
            }

            OpOutcome compound = together.Run([.. steps, new CreateOp(false), new ReadOp(0, 0)]);
            if (compound.Status != OpStatus.Ok)
            {
                return; // Some remove found nothing: one by one, the others would have gone on.
            }

            foreach (ObjectOp step in steps)
            {
                apart.Run(step);
            }

            apart.Run(new CreateOp(false));
            string expected = apart.Data();
            Assert.Equal(expected, OpFixture.Text(compound.Results[^1].Data));
            Assert.Equal(expected, together.Data());
        });
}
