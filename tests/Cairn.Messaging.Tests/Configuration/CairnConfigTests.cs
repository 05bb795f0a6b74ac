using Cairn.Messaging.Configuration;

namespace Cairn.Messaging.Tests.Configuration;

public class CairnConfigTests
{
    private const string Path = "/etc/cairn/cairn.conf";

    [Fact]
    public void The_most_specific_section_wins()
    {
        const string Text = """
            [osd.0]
            osd_heartbeat_grace = 3s
            [global]
            osd heartbeat grace = 20s   ; Ceph writes names with blanks too
            osd_max_backfills = 4
            [osd]
            osd-heartbeat-grace = 10s
            """;
        Assert.Equal(TimeSpan.FromSeconds(3), Parse(Text, "osd.0").GetDuration("osd_heartbeat_grace"));
        Assert.Equal(TimeSpan.FromSeconds(10), Parse(Text, "osd.1").GetDuration("osd_heartbeat_grace"));
        Assert.Equal(TimeSpan.FromSeconds(20), Parse(Text, "client.admin").GetDuration("osd_heartbeat_grace"));
        Assert.Equal(4, Parse(Text, "osd.1").GetInt("osd_max_backfills"));
        Assert.Equal($"{Path}:2", Parse(Text, "osd.0").OriginOf("osd_heartbeat_grace"));
    }

    [Fact]
    public void Later_sources_rule_over_the_file()
    {
        CairnConfig config = CairnConfig.Parse(
            "[global]\nosd_max_backfills = 2", Path, EntityName.Osd(0), [new("osd_max_backfills", "3")], [new("osd_max_backfills", "5")]);
        Assert.Equal(5, config.GetInt("osd_max_backfills"));
        Assert.Equal(7, config.WithCentral([new("osd_max_backfills", "7")]).GetInt("osd_max_backfills"));
    }

    [Fact]
    public void Variables_expand()
    {
        CairnConfig config = Parse("[global]\nosd_data = $cluster_dir/data/$name-$id", "osd.12");
        Assert.Equal("/etc/cairn/data/osd.12-12", config.GetText("osd_data"));
        Assert.Equal("/etc/cairn/tls", config.TlsDirectory);
    }

    [Fact]
    public void Monitor_sections_are_the_initial_members()
    {
        CairnConfig config = Parse("[mon.b]\nmon_addr=h2:1\nmon_raft_addr=h2:2\n[mon.a]\nmon_addr = [::1]:1\nmon_raft_addr = h1:2", "client.admin");
        Assert.Equal(["a", "b"], config.InitialMembers.Select(m => m.Name));
        Assert.Equal(new HostPort("::1", 1), config.InitialMembers[0].Address);
        Assert.Equal("h2:2", config.InitialMembers[1].RaftAddress.ToString());
    }

    [Theory]
    [InlineData("[global]\nosd_hartbeat_grace = 3s", ":2: unknown option 'osd_hartbeat_grace' (did you mean 'osd_heartbeat_grace'?)")]
    [InlineData("[global]\n\nosd_heartbeat_grace = 3 parsecs", ":3: option 'osd_heartbeat_grace' = '3 parsecs': expected a duration")]
    [InlineData("[osd.9]\nosd_heartbeat_grace = 0s", ":2: option 'osd_heartbeat_grace' = '0s': must be between 0.2 and 3600 seconds")]
    [InlineData("[osd]\nosd_store_size = 10 apples", "expected a size with a unit")]
    [InlineData("[osd]\nosd_max_backfills = many", "expected a whole number")]
    [InlineData("[global]\nms_mode = none", "expected one of crc, secure")]
    [InlineData("[global]\nfsid = 12", "expected a UUID")]
    [InlineData("[global]\nmon_host = a:1,b", "'b' is no HOST:PORT")]
    [InlineData("[globl]\n", ":1: '[globl]' is no section")]
    [InlineData("osd_max_backfills = 1", "stands before any section")]
    [InlineData("[global]\nosd_max_backfills", ":2: expected 'option = value'")]
    [InlineData("[osd]\nosd_max_backfills = 1\nosd_max_backfills = 2", ":3: option 'osd_max_backfills' stands twice in [osd], first in line 2")]
    [InlineData("[global]\nmon_addr = a:1", "belongs in the section of one daemon")]
    [InlineData("[mon.a]\nmon_addr = a:1", "section [mon.a] lacks the option 'mon_raft_addr'")]
    public void A_mistake_is_named_with_its_place(string text, string expected)
    {
        ConfigException e = Assert.Throws<ConfigException>(() => Parse(text, "osd.0"));
        Assert.StartsWith(Path, e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_default_is_a_value_of_its_option()
    {
        Assert.All(KnownOptions.All.Where(o => o.Default is not null), o => OptionValue.Check(o, o.Default!));
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("1.5h", 5400)]
    [InlineData("7", 7)]
    [InlineData("2d", 172800)]
    public void Durations_have_units(string text, double seconds) => Assert.Equal(seconds, OptionValue.Duration(text).TotalSeconds);

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("64KiB", 65536)]
    [InlineData("1.5G", 3L << 29)]
    [InlineData("10GB", 10_000_000_000)]
    public void Sizes_have_units(string text, long bytes) => Assert.Equal(bytes, OptionValue.Bytes(text));

    [Fact]
    public void An_option_without_default_must_be_set()
    {
        ConfigException e = Assert.Throws<ConfigException>(() => _ = Parse("[global]", "osd.0").Fsid);
        Assert.Contains("'fsid' is not set for osd.0", e.Message, StringComparison.Ordinal);
    }

    private static CairnConfig Parse(string text, string entity) => CairnConfig.Parse(text, Path, EntityName.Parse(entity), [], []);
}
