using System.Collections.Immutable;
using Cairn.Client.Objecter;
using Cairn.Crush;
using Cairn.Maps;
using Cairn.Messaging;
using Cairn.Messaging.DataPlane;
using Cairn.Messaging.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cairn.Client.Tests.Fakes;

/// <summary>Fake OSDs on real sockets, and a client's objecter that gets its maps from the test.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    public const long PoolId = 1;
    private readonly TestCluster _identities = new();

    public FakeCluster(int osds = 3, ObjecterOptions? options = null, DataPlaneMode mode = DataPlaneMode.Crc)
    {
        Osds = [.. Enumerable.Range(0, osds).Select(i => new FakeOsd(i, Objects, _identities.Options(EntityName.Osd(i), mode)))];
        Objecter = new OsdObjecter(options ?? new ObjecterOptions(), new DataConnector(_identities.Options(EntityName.Client("admin"), mode)), NullLogger.Instance);
        Pool = new PoolContext(Objecter, PoolId, "data", "");
        Map = FirstMap();
        Publish(Map);
    }

    public FakeObjects Objects { get; } = new();

    public ImmutableArray<FakeOsd> Osds { get; }

    public string TlsDirectory => _identities.Directory;

    public OsdObjecter Objecter { get; }

    public PoolContext Pool { get; }

    public OsdMap Map { get; private set; }

    public int PrimaryOf(string name) => Map.MapPg(Map.ObjectToPg(PoolId, "", name)).ActingPrimary.Value;

    /// <summary>The next epoch, known to nobody yet.</summary>
    public OsdMap Change(Func<OsdMap, OsdMap> edit) => edit(Map) with { Epoch = Map.Epoch.Next };

    /// <summary>Gives a map to all OSDs, and to the client.</summary>
    public void Publish(OsdMap map)
    {
        Map = map;
        foreach (FakeOsd osd in Osds)
        {
            osd.Map = map;
        }

        Objecter.OnMap(map);
    }

    public static OsdMap With(OsdMap map, int osd, Func<OsdState, OsdState> edit) => map with { Osds = map.Osds.SetItem(osd, edit(map.Osds[osd]!)) };

    public async ValueTask DisposeAsync()
    {
        await Objecter.DisposeAsync();
        foreach (FakeOsd osd in Osds)
        {
            await osd.DisposeAsync();
        }

        _identities.Dispose();
    }

    private OsdMap FirstMap()
    {
        CrushEditor crush = new(CrushMap.CreateDefault());
        for (int i = 0; i < Osds.Length; i++)
        {
            crush.SetDevice(i, 0x10000, CrushLocation.ParseAll($"root=default host=h{i}"));
        }

        CrushMap map = crush.ToMap();
        return new OsdMap
        {
            Fsid = _identities.Fsid,
            Epoch = new Epoch(10),
            Crush = map,
            Osds = [.. Osds.Select((osd, i) => new OsdState
            {
                Uuid = Guid.NewGuid(), Up = true, New = false, Weight = OsdState.FullWeight, UpFrom = new Epoch(5), DataAddress = osd.Address.ToString(),
            })],
            Pools = ImmutableSortedDictionary<long, Pool>.Empty.Add(PoolId, new Pool
            {
                Id = PoolId, Name = "data", Size = Math.Min(2, Osds.Length), MinSize = 1, PgNum = 16, PgpNum = 16, CrushRule = map.Rules.Keys.First(),
            }),
        };
    }
}
