using System.Buffers.Binary;
using System.Text;

namespace Cairn.Crush.Fuzz;

/// <summary>Spoils maps: a few changes each, some blind, some of the kind that people and broken disks make.</summary>
public sealed class Mutator(Random random)
{
    private static readonly int[] Numbers =
        [0, 1, -1, 2, 7, 8, 127, 128, 255, 256, 1000, 32767, 65535, 65536, 1 << 20, 0x7ffffffd, int.MaxValue - 1, int.MaxValue, int.MinValue, int.MinValue + 1, -2, -(1 << 30)];

    private static readonly string[] Words =
    [
        "{", "}", "[", "]", "#", "id", "item", "weight", "pos", "alg", "hash", "class", "step", "take", "emit", "choose", "chooseleaf", "firstn", "indep",
        "type", "rule", "device", "tunable", "choose_args", "bucket_id", "weight_set", "ids", "straw2", "uniform", "tree", "list", "straw", "osd", "host", "root",
        "default", "set_choose_tries", "choose_total_tries", "min_size", "max_size", "replicated", "erasure", "1.0", "0", "-0.5", "99999999999", "1e300", "nan", "~", "é", "\0",
    ];

    /// <summary>A spoiled copy.</summary>
    /// <param name="seed">A sound map.</param>
    /// <param name="other">Another one, to graft from.</param>
    public byte[] Mutate(MapForm form, byte[] seed, byte[] other)
    {
        byte[] bytes = [.. seed];
        for (int changes = random.Next(1, 6); changes > 0; changes--)
        {
            bytes = form == MapForm.Text && random.Next(4) > 0 ? MutateLines(bytes, other) : MutateBytes(bytes, other);
        }

        return bytes;
    }

    private byte[] MutateBytes(byte[] bytes, byte[] other)
    {
        if (bytes.Length == 0)
        {
            return [.. other];
        }

        int at = random.Next(bytes.Length);
        switch (random.Next(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2:
                return bytes[..at];
            case 3:
                return [.. bytes[..at], .. Piece(bytes), .. bytes[at..]];
            case 4:
                return [.. bytes[..at], .. Piece(other), .. bytes[at..]];
            case 5:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 16))..]];
            default:
                at = random.Next(2) == 0 ? at & ~3 : at; // Most numbers of the compiled form are aligned.
                if (at + sizeof(int) <= bytes.Length)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), Numbers[random.Next(Numbers.Length)]);
                }

                return bytes;
        }
    }

    private byte[] Piece(byte[] from)
    {
        int start = random.Next(from.Length + 1);
        return from[start..Math.Min(from.Length, start + random.Next(1, 64))];
    }

    private byte[] MutateLines(byte[] bytes, byte[] other)
    {
        List<string> lines = [.. Encoding.UTF8.GetString(bytes).Split('\n')];
        int at = random.Next(lines.Count);
        switch (random.Next(6))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.Insert(random.Next(lines.Count), lines[at]);
                break;
            case 2:
                int swap = random.Next(lines.Count);
                (lines[at], lines[swap]) = (lines[swap], lines[at]);
                break;
            case 3:
                string[] grafts = Encoding.UTF8.GetString(other).Split('\n');
                lines.Insert(at, grafts[random.Next(grafts.Length)]);
                break;
            default:
                lines[at] = MutateWord(lines[at], lines[random.Next(lines.Count)]);
                break;
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    private string MutateWord(string line, string otherLine)
    {
        string[] words = line.Split(' ');
        string[] others = otherLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        words[random.Next(words.Length)] = random.Next(3) switch
        {
            0 => Numbers[random.Next(Numbers.Length)].ToString(System.Globalization.CultureInfo.InvariantCulture),
            1 when others.Length > 0 => others[random.Next(others.Length)],
            _ => Words[random.Next(Words.Length)],
        };
        return string.Join(' ', words);
    }
}
