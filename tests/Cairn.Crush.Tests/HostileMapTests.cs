using System.Text;

namespace Cairn.Crush.Tests;

/// <summary>Texts made to do harm.</summary>
public sealed class HostileMapTests
{
    [Fact]
    public void Forty_levels_that_each_hold_the_next_twice_are_refused()
    {
        var text = new StringBuilder("device 0 osd.0 class ssd\ntype 0 osd\ntype 1 box\nbox b0 {\n alg straw2\n hash 0\n item osd.0 weight 1.0\n}\n");
        for (int i = 1; i <= 40; i++)
        {
            text.Append($"box b{i} {{\n alg straw2\n hash 0\n item b{i - 1} weight 1.0\n item b{i - 1} weight 1.0\n}}\n");
        }

        Assert.Contains("ways down", Assert.Throws<CrushTextException>(() => CrushText.Read(text.ToString())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_thousand_levels_are_refused()
    {
        var text = new StringBuilder("device 0 osd.0 class ssd\ntype 0 osd\ntype 1 box\nbox b0 {\n alg straw2\n hash 0\n item osd.0 weight 1.0\n}\n");
        for (int i = 1; i <= 100_000; i++)
        {
            text.Append($"box b{i} {{\n alg straw2\n hash 0\n item b{i - 1} weight 1.0\n}}\n");
        }

        Assert.Contains("levels", Assert.Throws<CrushTextException>(() => CrushText.Read(text.ToString())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("firstn 0", "set_choose_tries 2000000000")]
    [InlineData("indep 0", "set_choose_tries 2000000000")]
    [InlineData("firstn 2000000000", "set_choose_tries 1000000")]
    [InlineData("indep 2000000000", "set_choose_tries 1000000")]
    public void A_rule_that_asks_for_thousands_of_millions_of_tries_ends(string count, string tries)
    {
        CrushMap map = CrushText.Read($$"""
            tunable choose_local_tries 0
            tunable choose_local_fallback_tries 0
            tunable choose_total_tries 2000000000
            device 0 osd.0
            type 0 osd
            type 1 host
            type 2 root
            host a {
              alg straw2
              hash 0
              item osd.0 weight 1.0
            }
            root default {
              alg straw2
              hash 0
              item a weight 1.0
            }
            rule r {
              id 0
              type replicated
              min_size 1
              max_size 10
              step {{tries}}
              step take default
              step chooseleaf {{count}} type host
              step emit
            }
            """);
        int[] results = new int[6];
        int[] counts = new int[2];
        map.Mapper.MapMany(0, [1, 2], 3, results, counts, [0x10000]);
        Assert.Contains(0, results);
        Assert.Equal(counts[0], map.Mapper.Map(0, 1, results.AsSpan(0, 3), [0x10000]));
    }

    [Fact]
    public void A_bucket_that_holds_the_tree_of_a_device_class_is_refused()
    {
        var editor = new CrushEditor(CrushMap.CreateDefault());
        editor.SetDevice(0, 0x10000, CrushLocation.ParseAll("root=default host=a"));
        editor.SetDeviceClass(0, "ssd");
        editor.AddBucket("other", "root");
        CrushMap map = editor.ToMap();
        CrushBucket other = map.Tree.FindBucket("other")!;
        map = map with { Buckets = map.Buckets.SetItem(other.Id, other with { Items = [new CrushItem(map.Tree.FindItem("a~ssd")!.Value, 0x10000)] }) };
        Assert.Contains("'other' holds", Assert.Throws<CrushException>(map.Validate).Message, StringComparison.Ordinal);
    }
}
