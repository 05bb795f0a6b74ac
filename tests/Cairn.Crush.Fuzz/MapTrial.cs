using System.Text;
using Cairn.Maps;
using Google.Protobuf;

namespace Cairn.Crush.Fuzz;

/// <summary>What must hold of any bytes: they are refused with a sentence, or they are a map that can be written, read again, mapped and edited.</summary>
public static class MapTrial
{
    private const int NumRep = 3;
    private const int Inputs = 4;
    private const int RulesMax = 4;
    private const long AllocatedMax = 256 << 20;

    /// <returns>Whether the bytes were taken as a map.</returns>
    /// <exception cref="TrialException">Something does not hold.</exception>
    public static bool Run(MapForm form, byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        CrushMap? map = Read(form, bytes);
        if (map is not null)
        {
            Exercise(form, map);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Require(allocated <= AllocatedMax, $"{bytes.Length} bytes made {allocated >> 20} MiB of objects");
        return map is not null;
    }

    private static CrushMap? Read(MapForm form, byte[] bytes)
    {
        try
        {
            switch (form)
            {
                case MapForm.Text:
                    CrushMap map = CrushText.Read(Encoding.UTF8.GetString(bytes));
                    map.Validate();
                    return map;
                case MapForm.Compiled:
                    return CrushBinary.Read(bytes);
                default:
                    return CrushCodec.Decode(ByteString.CopyFrom(bytes));
            }
        }
        catch (Exception refusal) when (refusal is CrushTextException or CrushException or MapFormatException)
        {
            Require(refusal.Message.Length > 0, "a refusal says nothing");
            return null;
        }
    }

    private static void Exercise(MapForm form, CrushMap map)
    {
        string text = CrushText.Write(map);
        if (form == MapForm.Text && !HasTwoTypesOfOneName(map))
        {
            ReadAgain(map, text);
        }

        Require(CrushCodec.Decode(ByteString.CopyFrom(CrushCodec.Encode(map).Span)).Equals(map), "the map is another after the wire");
        CompileAgain(form, map);
        foreach (CrushRule rule in map.Rules.Values.Take(RulesMax))
        {
            MapSome(map, rule.Id);
        }

        Edit(map);
    }

    // A type 0 that a text leaves out is "osd", as in Ceph, whatever another type is called; written out, that is refused.
    private static bool HasTwoTypesOfOneName(CrushMap map) => map.Types.Values.Distinct().Count() < map.Types.Count;

    private static void ReadAgain(CrushMap map, string text)
    {
        CrushMap again = CrushText.Read(text);
        if (!again.Classes.SequenceEqual(map.Classes))
        {
            // Classes are numbered as devices name them, and devices are written in their order, as in Ceph: once more, and all is settled.
            text = CrushText.Write(again);
            map = again;
            again = CrushText.Read(text);
        }

        Require(again.Equals(map), "a map read from what was written of it is another");
        Require(CrushText.Write(again) == text, "it is written differently the second time");
    }

    // The compiled form has narrower fields than a map may fill; what came from it fits.
    private static void CompileAgain(MapForm form, CrushMap map)
    {
        try
        {
            byte[] compiled = CrushBinary.Write(map);
            if (form == MapForm.Compiled)
            {
                Require(CrushBinary.Read(compiled).Equals(map), "the map is another after it was compiled again");
            }
        }
        catch (CrushException refusal)
        {
            Require(form != MapForm.Compiled, $"a map that came compiled cannot be compiled: {refusal.Message}");
        }
    }

    private static void MapSome(CrushMap map, int rule)
    {
        var weights = new uint[Math.Min(map.Mapper.MaxDevices, 4096)];
        Array.Fill(weights, 0x10000u);
        uint[] inputs = [.. Enumerable.Range(0, Inputs).Select(x => (uint)x * 0x9e3779b9)];
        var many = new int[Inputs * NumRep];
        var counts = new int[Inputs];
        var one = new int[NumRep];
        map.Mapper.MapMany(rule, inputs, NumRep, many, counts, weights);
        for (int i = 0; i < Inputs; i++)
        {
            int count = map.Mapper.Map(rule, inputs[i], one, weights);
            Require(count is >= 0 and <= NumRep, $"rule {rule} filled {count} places of {NumRep}");
            Require(count == counts[i], $"rule {rule} fills {count} places one by one, {counts[i]} among many");
            Require(one.AsSpan(0, count).SequenceEqual(many.AsSpan(i * NumRep, count)), $"rule {rule} maps otherwise among many than one by one");
        }
    }

    private static void Edit(CrushMap map)
    {
        try
        {
            var editor = new CrushEditor(map);
            if (!map.Devices.IsEmpty)
            {
                CrushDevice device = map.Devices.Values.First();
                editor.Reweight(device.Name, 0x28000);
                editor.RemoveDeviceClass(device.Id);
                editor.ReweightAll();
            }

            editor.ToMap().Validate();
        }
        catch (CrushException refusal)
        {
            Require(refusal.Message.Length > 0, "a refusal says nothing");
        }
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new TrialException(problem);
        }
    }
}
