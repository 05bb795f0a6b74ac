using System.Collections.Immutable;

namespace Cairn.Maps;

/// <summary>What the map knows of one OSD.</summary>
public sealed record OsdState
{
    /// <summary>In-weight 16.16 of an OSD that is fully in.</summary>
    public const uint FullWeight = 0x10000;

    public required Guid Uuid { get; init; }

    public bool Up { get; init; }

    /// <summary>Whether its data may be needed. An OSD that never booted is created but not new any more once it booted.</summary>
    public bool New { get; init; } = true;

    /// <summary>Set when the monitor, not an admin, marked it out: then its boot marks it in again.</summary>
    public bool AutoOut { get; init; }

    public bool Destroyed { get; init; }

    /// <summary>Reweight, 16.16: 0 is out, <see cref="FullWeight"/> fully in.</summary>
    public uint Weight { get; init; }

    /// <summary>16.16, at most <see cref="FullWeight"/>.</summary>
    public uint PrimaryAffinity { get; init; } = FullWeight;

    public Epoch UpFrom { get; init; }

    public Epoch UpThru { get; init; }

    public Epoch DownAt { get; init; }

    public Epoch LostAt { get; init; }

    /// <summary>When its present disk came in. What the id held before on another disk is gone: nobody may count on it.</summary>
    public Epoch CreatedIn { get; init; }

    /// <summary>Start of the last interval at whose end the OSD was known clean (stopped after a flush); as Ceph's <c>last_clean_begin</c>.</summary>
    public Epoch LastCleanBegin { get; init; }

    public Epoch LastCleanEnd { get; init; }

    /// <summary>host:port of the data plane for clients and OSDs (one port for both).</summary>
    public string DataAddress { get; init; } = "";

    /// <summary>host:port for heartbeats over the data network.</summary>
    public string HeartbeatAddress { get; init; } = "";

    /// <summary>host:port of its gRPC services.</summary>
    public string AdminAddress { get; init; } = "";

    public bool In => Weight > 0;
}
