using System.Globalization;
using Cairn.Store.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["child", ..])
{
    return await ObjectsChild.RunAsync(args[1..]);
}

if (args is ["child-scale", ..])
{
    return await ScaleChild.RunAsync(args[1..]);
}

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{e.Message}\n{BenchOptions.Usage}");
    return 1;
}

var report = new Report();
foreach (string name in options.Cases)
{
    await (name switch
    {
        "write4k" => SmallWrites.RunAsync(options, report),
        "write4m" => LargeWrites.RunAsync(options, report),
        "read" => Reads.RunAsync(options, report),
        "scale" => Scale.RunAsync(options, report),
        "objects" => ManyObjects.RunAsync(options, report),
        _ => Amplification.RunAsync(options, report),
    });
}

if (options.JsonFile is { } file)
{
    report.WriteJson(file);
}

return 0;
