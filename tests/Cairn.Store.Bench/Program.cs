using System.Globalization;
using Cairn.Store.Bench;

// Usage: Cairn.Store.Bench DIRECTORY [case ...]    cases: write4k write4m read objects amplification (default: the first three)
// Each number of the store stands beside the disk's own, taken in the same run.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length == 0)
{
    Console.Error.WriteLine("usage: Cairn.Store.Bench DIRECTORY [write4k|write4m|read|objects|amplification ...]");
    return 1;
}

string directory = args[0];
IReadOnlyList<string> cases = args.Length > 1 ? args[1..] : ["write4k", "write4m", "read"];
foreach (string name in cases)
{
    switch (name)
    {
        case "write4k":
            await SmallWrites.Run(directory);
            break;
        case "write4m":
            await LargeWrites.Run(directory);
            break;
        case "read":
            await Reads.Run(directory);
            break;
        case "objects":
            await ManyObjects.Run(directory, 1_000_000);
            break;
        case "amplification":
            await Amplification.Run(directory);
            break;
        default:
            Console.Error.WriteLine($"no case {name}");
            return 1;
    }
}

return 0;
