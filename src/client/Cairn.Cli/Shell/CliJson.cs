using System.Text.Json.Serialization;
using Cairn.Cli.Auth;
using Cairn.Cli.Balancing;
using Cairn.Cli.Bench;
using Cairn.Cli.Config;
using Cairn.Cli.Dev;
using Cairn.Cli.Objects;
using Cairn.Cli.Osds;
using Cairn.Cli.Osds.Crush;
using Cairn.Cli.Pgs;
using Cairn.Cli.Pools;
using Cairn.Cli.Scrub;
using Cairn.Cli.Status;
using Cairn.Cli.Waiting;
using Cairn.Cli.Watch;

namespace Cairn.Cli.Shell;

/// <summary>Everything that is printed as JSON. Names as in Ceph's output: snake_case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = false)]
[JsonSerializable(typeof(AuthView))]
[JsonSerializable(typeof(BalancePlanView))]
[JsonSerializable(typeof(BalancerView))]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(CapsView))]
[JsonSerializable(typeof(ChangeView))]
[JsonSerializable(typeof(DevCluster))]
[JsonSerializable(typeof(DevView))]
[JsonSerializable(typeof(DfView))]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<CapsView>))]
[JsonSerializable(typeof(IReadOnlyList<ConfigView>))]
[JsonSerializable(typeof(IReadOnlyList<ObjectView>))]
[JsonSerializable(typeof(IReadOnlyList<OsdTreeRow>))]
[JsonSerializable(typeof(IReadOnlyList<PgView>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<WeightSetView>))]
[JsonSerializable(typeof(IReadOnlyList<PoolView>))]
[JsonSerializable(typeof(MonView))]
[JsonSerializable(typeof(NewOsdView))]
[JsonSerializable(typeof(ObjectMapView))]
[JsonSerializable(typeof(ObjectView))]
[JsonSerializable(typeof(OsdDfView))]
[JsonSerializable(typeof(OsdDumpView))]
[JsonSerializable(typeof(OsdOpsView))]
[JsonSerializable(typeof(OsdStatView))]
[JsonSerializable(typeof(PgMapView))]
[JsonSerializable(typeof(PgSummaryView))]
[JsonSerializable(typeof(RemovedView))]
[JsonSerializable(typeof(ScrubView))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(TransferView))]
[JsonSerializable(typeof(WaitView))]
internal sealed partial class CliJson : JsonSerializerContext;
