using Cairn.Maps.Auth;

namespace Cairn.Maps.Tests.Auth;

public sealed class CapsTests
{
    [Theory]
    [InlineData("", Access.None)]
    [InlineData("allow r", Access.Read)]
    [InlineData("allow rw", Access.Read | Access.Write)]
    [InlineData("allow r, allow w", Access.Read | Access.Write)]
    [InlineData("allow r; allow x", Access.Read | Access.Execute)]
    [InlineData("allow *", Access.All)]
    [InlineData("  allow   all ", Access.All)]
    public void A_monitor_allows_what_the_grants_add_up_to(string text, Access expected)
    {
        Assert.True(MonCaps.TryParse(text, out MonCaps caps, out string error), error);
        Assert.Equal(expected, caps.Access);
    }

    [Theory]
    [InlineData("r")]
    [InlineData("allow")]
    [InlineData("allow q")]
    [InlineData("allow rr")]
    [InlineData("allow r,")]
    [InlineData("deny *")]
    [InlineData("allow r pool=")]
    [InlineData("allow r pool")]
    [InlineData("allow r colour=red")]
    [InlineData("allow *, nonsense")]
    public void A_text_that_is_not_understood_is_refused_with_a_reason_and_gives_nothing(string text)
    {
        Assert.False(OsdCaps.TryParse(text, out OsdCaps caps, out string error));
        Assert.StartsWith("expected ", error, StringComparison.Ordinal);
        Assert.False(caps.Allows(Access.Read, "any", "", "o"));
        Assert.False(OsdCaps.Parse(text).AllowsEverywhere(Access.Read));
    }

    [Fact]
    public void A_monitor_has_no_pools()
    {
        Assert.False(MonCaps.TryParse("allow r pool=a", out MonCaps caps, out string error));
        Assert.Contains("found 'pool=a'", error, StringComparison.Ordinal);
        Assert.False(caps.Allows(Access.Read));
    }

    [Theory]
    [InlineData("allow rw pool=a", "a", "", "o", true)]
    [InlineData("allow rw pool a", "a", "n", "o", true)]
    [InlineData("allow rw pool='a'", "a", "", "o", true)]
    [InlineData("allow rw pool=a", "ab", "", "o", false)]
    [InlineData("allow r pool=a, allow w", "a", "", "o", true)]
    [InlineData("allow r pool=a, allow w", "b", "", "o", false)]
    [InlineData("allow rw pool=a, allow rw pool=b", "b", "", "o", true)]
    [InlineData("allow rw namespace=n", "a", "n", "o", true)]
    [InlineData("allow rw namespace=n", "a", "", "o", false)]
    [InlineData("allow rw namespace=n", "a", "n2", "o", false)]
    [InlineData("allow rw namespace=n*", "a", "n2", "o", true)]
    [InlineData("allow rw namespace=n", "a", null, null, false)]
    [InlineData("allow rw pool=a namespace=n", "b", "n", "o", false)]
    [InlineData("allow rw object_prefix log.", "a", "", "log.1", true)]
    [InlineData("allow rw object_prefix log.", "a", "", "lo", false)]
    [InlineData("allow rw object_prefix log.", "a", "", null, false)]
    [InlineData("allow r", "a", "", "o", false)]
    public void An_OSD_allows_reading_and_writing_where_the_grants_say(string text, string pool, string? ns, string? name, bool allowed)
    {
        Assert.True(OsdCaps.TryParse(text, out OsdCaps caps, out string error), error);
        Assert.Equal(allowed, caps.Allows(Access.Read | Access.Write, pool, ns, name));
        Assert.False(caps.AllowsEverywhere(Access.Read | Access.Write));
    }

    [Fact]
    public void Who_is_not_named_has_nothing_but_the_administrator_who_has_all_until_the_map_says_otherwise()
    {
        OsdMap map = Clusters.Build(1, 1, 1);
        Assert.Equal(new ClientCaps("", ""), ClientCaps.Of(map, "client.backup"));
        Assert.Equal(new ClientCaps("allow *", "allow *"), ClientCaps.Of(map, "client.admin"));
        map = map with { Auth = map.Auth.Add("client.admin", new ClientCaps("allow *", "")).Add("client.backup", new ClientCaps("allow r", "")) };
        Assert.Equal("", ClientCaps.Of(map, "client.admin").Osd);
        Assert.Equal("allow r", ClientCaps.Of(map, "client.backup").Mon);
    }
}
