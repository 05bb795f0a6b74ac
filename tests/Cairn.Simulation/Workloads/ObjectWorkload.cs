using System.Globalization;
using System.Text;
using Cairn.Objects;
using Cairn.Objects.Operations;
using Cairn.Simulation.Chance;
using Cairn.Simulation.Cluster;

namespace Cairn.Simulation.Workloads;

/// <summary>
/// Clients that change and read a few objects each knows of, so that they meet. Every value written is unlike all others, so a lost,
/// repeated or stale one shows.
/// </summary>
/// <param name="LargeBytes">Size of the large objects, several recovery chunks; every eighth object is one.</param>
public sealed record ObjectWorkload(int Clients, int Objects, int Outstanding, long ThinkMaxUs, int LargeBytes) : IWorkload
{
    /// <summary>Clients that only read, often: one that is cut off together with an old primary would see what is stale.</summary>
    public int Readers { get; init; }

    public void Start(World world, SeededRandom random, long pool, long untilUs)
    {
        for (int r = 0; r < Readers; r++)
        {
            var run = new ReaderRun(this, world, world.AddClient(), random.Fork(), pool, untilUs);
            for (int i = 0; i < ReadsOutstanding; i++)
            {
                world.Events.After(random.Between(0, 1_000_000), run.Next);
            }
        }

        for (int c = 0; c < Clients; c++)
        {
            var run = new ClientRun(this, world, world.AddClient(), random.Fork(), pool, untilUs);
            for (int i = 0; i < Outstanding; i++)
            {
                world.Events.After(random.Between(0, 1_000_000), run.Next);
            }
        }
    }

    private const int ReadsOutstanding = 4;

    public void Finish(World world, long pool)
    {
        SimClient reader = world.AddClient();
        for (int i = 0; i < Objects; i++)
        {
            reader.Submit(NameOf(pool, i), [new ReadOp(0, 0)], static _ => { });
        }
    }

    private static ObjectId NameOf(long pool, int index) => new(pool, index % 5 == 0 ? "ns" : "", string.Create(CultureInfo.InvariantCulture, $"object-{index}"));

    private sealed class ReaderRun(ObjectWorkload workload, World world, SimClient client, SeededRandom random, long pool, long untilUs)
    {
        public void Next()
        {
            if (world.Events.NowUs < untilUs)
            {
                client.Submit(NameOf(pool, random.Below(workload.Objects)), [new ReadOp(0, 0)], _ => world.Events.After(random.Between(0, 2 * workload.ThinkMaxUs), Next));
            }
        }
    }

    private sealed class ClientRun(ObjectWorkload workload, World world, SimClient client, SeededRandom random, long pool, long untilUs)
    {
        private readonly Dictionary<int, ReadOnlyMemory<byte>> _lastRead = [];
        private int _values;

        public void Next()
        {
            if (world.Events.NowUs >= untilUs || !client.IsRunning)
            {
                return;
            }

            int index = random.Below(workload.Objects);
            IReadOnlyList<ObjectOp> steps = Choose(index);
            client.Submit(NameOf(pool, index), steps, reply =>
            {
                if (reply.Status == OpStatus.Ok && steps is [ReadOp] && reply.Results.Count == 1)
                {
                    _lastRead[index] = reply.Results[0].Data.ToArray();
                }

                world.Events.After(random.Between(0, workload.ThinkMaxUs), Next);
            });
        }

        private IReadOnlyList<ObjectOp> Choose(int index)
        {
            bool isLarge = index % 8 == 7;
            switch (random.Below(20))
            {
                case < 6:
                    return [new ReadOp(0, 0)];
                case < 9:
                    return [new WriteFullOp(Value(isLarge))];
                case < 12:
                    return [new AppendOp(Value(false))];
                case < 14:
                    return [new WriteOp((ulong)random.Below(isLarge ? workload.LargeBytes : 24), Value(false))];
                case 14:
                    return [new TruncateOp((ulong)random.Below(isLarge ? workload.LargeBytes : 24))];
                case 15:
                    return [new RemoveOp()];
                case 16:
                    return [new SetXattrOp("mark", Value(false)), new AppendOp(Value(false))];
                case 17:
                    return [new GetXattrOp("mark")];
                case 18:
                    return [new CreateOp(Exclusive: true), new WriteFullOp(Value(isLarge))];
                default:
                    return [new CompareExtentOp(0, _lastRead.GetValueOrDefault(index)), new WriteFullOp(Value(isLarge))];
            }
        }

        private byte[] Value(bool large)
        {
            byte[] value = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(char)('a' + (client.Number % 26))}{_values++};"));
            if (!large)
            {
                return value;
            }

            byte[] all = new byte[workload.LargeBytes];
            for (int i = 0; i < all.Length; i += value.Length)
            {
                value.AsSpan(0, Math.Min(value.Length, all.Length - i)).CopyTo(all.AsSpan(i));
            }

            return all;
        }
    }
}
