using Cairn.Messaging.Security;

namespace Cairn.Messaging.Tests.Security;

public sealed class EntityIdentityTests : IDisposable
{
    private readonly TestCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void An_issued_certificate_names_its_entity()
    {
        using EntityIdentity mon = _cluster.Identity(EntityName.Monitor("a"));
        using EntityIdentity osd = _cluster.Identity(EntityName.Osd(7));
        Assert.True(mon.TryVerify(osd.Certificate, out EntityName name, out _));
        Assert.Equal(EntityName.Osd(7), name);
    }

    [Fact]
    public void A_certificate_of_another_CA_does_not_count()
    {
        using TestCluster other = new();
        using EntityIdentity mon = _cluster.Identity(EntityName.Monitor("a"));
        using EntityIdentity stranger = other.Identity(EntityName.Osd(7));
        Assert.False(mon.TryVerify(stranger.Certificate, out _, out string error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Keys_are_readable_by_their_owner_only()
    {
        _cluster.Identity(EntityName.Osd(1)).Dispose();
        foreach (string key in (string[])["ca.key", "osd.1.key"])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_cluster.Directory, key)));
        }
    }

    [Fact]
    public void A_missing_identity_names_the_file()
    {
        IdentityException e = Assert.Throws<IdentityException>(() => EntityIdentity.Load(_cluster.Directory, EntityName.Osd(9)));
        Assert.Contains("osd.9.crt", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_entity_s_certificate_is_not_taken_as_ours()
    {
        _cluster.Identity(EntityName.Osd(1)).Dispose();
        File.Copy(Path.Combine(_cluster.Directory, "osd.1.crt"), Path.Combine(_cluster.Directory, "osd.2.crt"));
        File.Copy(Path.Combine(_cluster.Directory, "osd.1.key"), Path.Combine(_cluster.Directory, "osd.2.key"));
        IdentityException e = Assert.Throws<IdentityException>(() => EntityIdentity.Load(_cluster.Directory, EntityName.Osd(2)));
        Assert.Contains("was issued to osd.1, not to osd.2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_CA_in_the_same_folder_is_refused() =>
        Assert.Throws<IOException>(() => ClusterCa.Create(_cluster.Directory, _cluster.Fsid, TimeProvider.System));
}
