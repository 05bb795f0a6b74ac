using CsCheck;

namespace Cairn.Crush.Tests;

public sealed class CrushEditorTests
{
    [Fact]
    public void Adding_a_device_makes_the_buckets_above_it_and_carries_the_weight_up()
    {
        var editor = new CrushEditor(CrushMap.CreateDefault());
        editor.SetDevice(0, 0x18000, CrushLocation.ParseAll("root=default rack=r1 host=a"));
        editor.SetDevice(1, 0x10000, CrushLocation.ParseAll("root=default rack=r1 host=b"));
        CrushMap map = editor.ToMap();
        Assert.Equal(0x28000u, map.Tree.FindBucket("default")!.Weight);
        Assert.Equal("host=a rack=r1 root=default", string.Join(' ', map.Tree.LocationOf(0)));
        Assert.Equal(-2, map.Tree.FindItem("a")); // The free ids nearest to -1, lowest level first.
        Assert.Equal(-3, map.Tree.FindItem("r1"));
    }

    [Fact]
    public void Create_or_move_keeps_the_weight_a_device_has()
    {
        var editor = new CrushEditor(CrushMap.CreateDefault());
        editor.SetDevice(0, 0x20000, CrushLocation.ParseAll("root=default host=a"));
        Assert.True(editor.CreateOrMoveDevice(0, 0x10000, CrushLocation.ParseAll("root=default host=b")));
        Assert.False(editor.CreateOrMoveDevice(0, 0x10000, CrushLocation.ParseAll("root=default host=b")));
        Assert.Equal(0x20000u, editor.ToMap().Tree.FindBucket("b")!.Weight);
        Assert.Empty(editor.ToMap().Tree.FindBucket("a")!.Items);
    }

    [Fact]
    public void A_bucket_cannot_be_moved_into_itself_nor_removed_while_it_holds_something_or_a_rule_takes_it()
    {
        var editor = new CrushEditor(CrushMap.CreateDefault());
        editor.SetDevice(0, 0x10000, CrushLocation.ParseAll("root=default rack=r1 host=a"));
        Assert.Throws<CrushException>(() => editor.Move("r1", CrushLocation.ParseAll("host=a")));
        Assert.Throws<CrushException>(() => editor.Remove("a"));
        editor.Remove("osd.0");
        editor.Remove("a");
        editor.Remove("r1");
        Assert.Contains("replicated_rule", Assert.Throws<CrushException>(() => editor.Remove("default")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Swapping_two_hosts_exchanges_devices_and_names_but_not_ids_and_places()
    {
        var editor = new CrushEditor(CrushMap.CreateDefault());
        editor.SetDevice(0, 0x10000, CrushLocation.ParseAll("root=default host=a"));
        editor.SetDevice(1, 0x30000, CrushLocation.ParseAll("root=default host=b"));
        int a = editor.ToMap().Tree.FindItem("a")!.Value;
        editor.SwapBuckets("a", "b");
        CrushMap map = editor.ToMap();
        Assert.Equal("b", map.Buckets[a].Name);
        Assert.Equal(new CrushItem(1, 0x30000), Assert.Single(map.Buckets[a].Items));
        Assert.Equal(0x40000u, map.Tree.FindBucket("default")!.Weight);
    }

    [Fact]
    public void A_shadow_tree_keeps_its_ids_through_edits()
    {
        var editor = new CrushEditor(CrushMap.CreateDefault());
        editor.SetDevice(0, 0x10000, CrushLocation.ParseAll("root=default host=a"));
        editor.SetDeviceClass(0, "ssd");
        editor.CreateReplicatedRule("fast", "default", "host", "ssd");
        int shadow = editor.ToMap().Tree.FindItem("default~ssd")!.Value;
        editor.SetDevice(1, 0x10000, CrushLocation.ParseAll("root=default host=b"));
        editor.SetDeviceClass(1, "ssd");
        CrushMap map = editor.ToMap();
        Assert.Equal(shadow, map.Tree.FindItem("default~ssd"));
        Assert.Equal(0x20000u, map.Buckets[shadow].Weight);
        Assert.Throws<CrushException>(() => editor.SetDeviceClass(1, "hdd"));
    }

    [Fact]
    public void Whatever_is_edited_the_map_stays_whole_and_survives_its_text() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 7], Gen.Int[0, 3]).Array[0, 25].Sample(edits =>
        {
            var editor = new CrushEditor(CrushMap.CreateDefault());
            foreach ((int kind, int osd, int place) in edits)
            {
                try
                {
                    Edit(editor, kind, osd, place);
                }
                catch (CrushException)
                {
                    // A refused edit is one of the outcomes.
                }

                editor.ToMap().Validate();
            }

            CrushMap map = editor.ToMap();
            foreach (CrushBucket bucket in map.Tree.RealBuckets)
            {
                Assert.All(bucket.Items.Where(i => i.Id < 0), i => Assert.Equal(map.Buckets[i.Id].Weight, i.Weight));
            }

            // Classes are numbered anew in order of mention, as Ceph's compiler does; the ids of their trees stay.
            CrushMap again = CrushText.Read(CrushText.Write(map));
            Assert.Equal(map.Buckets, again.Buckets);
            Assert.Equal(CrushText.Write(again), CrushText.Write(CrushText.Read(CrushText.Write(again))));
        }, iter: 300);

    private static void Edit(CrushEditor editor, int kind, int osd, int place)
    {
        IReadOnlyList<CrushLocation> at = CrushLocation.ParseAll($"host=h{place} rack=r{place % 2} root=default");
        switch (kind)
        {
            case 0 or 1:
                editor.SetDevice(osd, (uint)(place + 1) * 0x9000, at);
                break;
            case 2:
                editor.Remove($"osd.{osd}");
                break;
            case 3:
                editor.Reweight($"osd.{osd}", (uint)place * 0x10000);
                break;
            case 4:
                editor.Move($"h{place}", CrushLocation.ParseAll($"rack=r{osd % 2} root=default"));
                break;
            case 5:
                editor.RemoveDeviceClass(osd);
                editor.SetDeviceClass(osd, place % 2 == 0 ? "ssd" : "hdd");
                break;
            case 6:
                editor.SwapBuckets($"h{place}", $"h{osd % 4}");
                break;
            case 7:
                editor.ReweightSubtree("default", (uint)(place + 1) << 16);
                break;
            default:
                editor.Rename($"h{place}", $"h{osd % 4}");
                break;
        }
    }
}
