using Cairn.Messaging.DataPlane;
using Cairn.Messaging.Security;

namespace Cairn.Messaging.Tests;

/// <summary>A cluster's CA in a folder of its own, and the identities of its entities.</summary>
internal sealed class TestCluster : IDisposable
{
    public TestCluster()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("cairn-messaging-").FullName;
        using ClusterCa ca = ClusterCa.Create(Directory, Fsid, TimeProvider.System);
    }

    public string Directory { get; }

    public Guid Fsid { get; } = Guid.NewGuid();

    public EntityIdentity Identity(EntityName name)
    {
        using ClusterCa ca = ClusterCa.Open(Directory);
        ca.Issue(Directory, name, TimeProvider.System);
        return EntityIdentity.Load(Directory, name);
    }

    public DataPlaneOptions Options(EntityName name, DataPlaneMode mode = DataPlaneMode.Crc) =>
        new() { Fsid = Fsid, Identity = Identity(name), Mode = mode };

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
