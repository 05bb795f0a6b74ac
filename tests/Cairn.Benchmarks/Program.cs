using BenchmarkDotNet.Running;
using Cairn.Benchmarks.Crush;

// "speed" takes a quick look, "pg" another at the write path of a PG, "crc" at checksums, "sizes" prints what a map weighs on the wire, "map RACKS HOSTS OSDS" a map text for crushtool; all else is BenchmarkDotNet's.
switch (args)
{
    case ["pg"]:
        Cairn.Benchmarks.Pg.PgWriteSpeed.Print(Console.Out);
        break;
    case ["crc"]:
        Cairn.Benchmarks.Checksums.Crc32CSpeed.Print(Console.Out);
        break;
    case ["sizes"]:
        MapSizes.Print(Console.Out);
        break;
    case ["speed"]:
        CrushSpeed.Print(Console.Out);
        break;
    case ["map", var racks, var hosts, var osds]:
        Console.Out.Write(Cairn.Crush.CrushText.Write(BenchMaps.Build(int.Parse(racks), int.Parse(hosts), int.Parse(osds)), Cairn.Crush.CrushTextDialect.Pacific));
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(BenchMaps).Assembly).Run(args);
        break;
}
