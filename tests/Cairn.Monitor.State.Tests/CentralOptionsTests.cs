using System.Collections.Immutable;

namespace Cairn.Monitor.State.Tests;

public sealed class CentralOptionsTests
{
    private static readonly ImmutableSortedDictionary<ConfigKey, string> Options = ImmutableSortedDictionary<ConfigKey, string>.Empty
        .Add(new ConfigKey("osd.1", "a"), "one's")
        .Add(new ConfigKey("osd", "a"), "all OSDs'")
        .Add(new ConfigKey("global", "a"), "everybody's")
        .Add(new ConfigKey("mon", "b"), "the monitors'");

    [Fact]
    public void The_most_specific_comes_last() => Assert.Equal(["everybody's", "all OSDs'", "one's"], ValuesFor("osd.1"));

    [Fact]
    public void Others_get_what_is_meant_for_them_only()
    {
        Assert.Equal(["everybody's", "all OSDs'"], ValuesFor("osd.11"));
        Assert.Equal(["everybody's", "the monitors'"], ValuesFor("mon.a"));
    }

    private static IEnumerable<string> ValuesFor(string entity) => CentralOptions.For(Options, entity).Select(static o => o.Value);
}
