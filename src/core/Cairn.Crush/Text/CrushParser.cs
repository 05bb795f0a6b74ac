using System.Globalization;

namespace Cairn.Crush;

/// <summary>Reads the grammar of <c>crushtool -d</c>: declarations, then buckets, then rules, then choose_args.</summary>
internal sealed partial class CrushParser(List<Token> tokens, CrushTextDialect dialect)
{
    private int _at;

    private Token Next => tokens[_at];

    public CrushSyntax Parse()
    {
        var map = new CrushSyntax();
        while (Next.Text is "tunable" or "device" or "type")
        {
            ParseDeclaration(map);
        }

        while (!Next.IsEnd && Next.Text != "choose_args")
        {
            if (Next.Text == "rule")
            {
                map.Rules.Add(ParseRule());
            }
            else if (map.Rules.Count > 0)
            {
                throw Next.Error($"expected rule, choose_args or the end, found '{Next.Text}': buckets must be defined before rules");
            }
            else
            {
                map.Buckets.Add(ParseBucket());
            }
        }

        while (!Next.IsEnd)
        {
            map.ChooseArgs.Add(ParseChooseArgs());
        }

        return map;
    }

    private void ParseDeclaration(CrushSyntax map)
    {
        switch (Take().Text)
        {
            case "tunable":
                map.Tunables.Add((TakeName("the name of a tunable"), TakeNatural("the tunable's value")));
                break;
            case "device":
                int device = TakeNatural("a device number");
                Token name = TakeName("the device's name");
                map.Devices.Add((device, name, TryTake("class") ? TakeName("a device class") : null));
                break;
            default:
                map.Types.Add((TakeNatural("a type number"), TakeName("the type's name")));
                break;
        }
    }

    private BucketSyntax ParseBucket()
    {
        if (!IsName(Next.Text))
        {
            throw Next.Error($"expected tunable, device, type, a bucket, rule or choose_args, found '{Next.Text}'");
        }

        Token type = Take();
        var bucket = new BucketSyntax(type, TakeName($"the name of a bucket of type '{type.Text}'"));
        Expect("{");
        while (TryTake("id"))
        {
            Token token = Next;
            int id = TakeNegative("a bucket id below 0");
            if (TryTake("class"))
            {
                bucket.ShadowIds.Add((TakeName("a device class"), id));
            }
            else
            {
                bucket.Id = id;
                bucket.IdToken = token;
            }
        }

        Expect("alg");
        bucket.Algorithm = TakeName("a bucket algorithm");
        while (TryTake("hash"))
        {
            bucket.Hash = TryTake("rjenkins1") ? (byte)0 : (byte)TakeInteger("a hash number or rjenkins1");
        }

        while (TryTake("item"))
        {
            bucket.Items.Add(new ItemSyntax(
                TakeName("the name of an item"), TryTake("weight") ? Take() : null, TryTake("pos") ? TakeNatural("a position") : null));
        }

        Expect("}", "item or }");
        return bucket;
    }

    private ChooseArgsSyntax ParseChooseArgs()
    {
        Expect("choose_args", "choose_args or the end");
        Token id = Take();
        if (id.IsEnd || !id.Text.All(char.IsAsciiDigit))
        {
            throw id.Error($"expected the number of a choose_args set, found '{id.Text}'");
        }

        // Ceph cuts the number to 32 bits with sign: the default set -1 is written 18446744073709551615.
        long number = long.TryParse(id.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long small) ? small : long.MaxValue;
        var set = new ChooseArgsSyntax(unchecked((int)number), id);
        Expect("{");
        while (TryTake("{"))
        {
            Expect("bucket_id");
            Token token = Next;
            var arg = new ChooseArgSyntax(TakeNegative("a bucket id below 0"), token);
            ParseWeightSet(arg);
            if (TryTake("ids"))
            {
                Expect("[");
                arg.Ids = [];
                while (!TryTake("]"))
                {
                    arg.Ids.Add(TakeInteger("an id or ]"));
                }
            }

            Expect("}", "weight_set, ids or }");
            set.Buckets.Add(arg);
        }

        Expect("}", "{ or }");
        return set;
    }

    private void ParseWeightSet(ChooseArgSyntax arg)
    {
        if (!TryTake("weight_set"))
        {
            return;
        }

        Expect("[");
        arg.WeightSet = [];
        while (TryTake("["))
        {
            var weights = new List<Token>();
            while (!TryTake("]"))
            {
                weights.Add(Next.IsEnd ? throw Next.Error("expected a weight or ], found the end") : Take());
            }

            arg.WeightSet.Add(weights);
        }

        Expect("]", "[ or ]");
    }

    private static bool IsName(string text) => text.Length > 0 && CrushEditor.IsValidName(text);

    private Token Take()
    {
        Token token = tokens[_at];
        _at += token.IsEnd ? 0 : 1;
        return token;
    }

    private bool TryTake(string word)
    {
        bool found = Next.Text == word;
        _at += found ? 1 : 0;
        return found;
    }

    private void Expect(string word, string? expected = null)
    {
        if (!TryTake(word))
        {
            throw Unexpected(expected ?? word);
        }
    }

    private CrushTextException Unexpected(string expected) =>
        Next.Error($"expected {expected}, found {(Next.IsEnd ? "the end" : $"'{Next.Text}'")}");

    private Token TakeName(string what) => IsName(Next.Text) ? Take() : throw Unexpected(what);

    private int TakeNatural(string what)
    {
        Token token = Next;
        return token.Text.Length > 0 && token.Text.All(char.IsAsciiDigit) ? TakeInteger(what) : throw Unexpected(what);
    }

    private int TakeNegative(string what)
    {
        Token token = Next;
        int value = TakeInteger(what);
        return value < 0 ? value : throw token.Error($"expected {what}, found '{token.Text}'");
    }

    private int TakeInteger(string what)
    {
        Token token = Next;
        string digits = token.Text.StartsWith('-') ? token.Text[1..] : token.Text;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit))
        {
            throw Unexpected(what);
        }

        if (!int.TryParse(token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
        {
            throw token.Error($"the number {token.Text} does not fit 32 bits");
        }

        Take();
        return value;
    }
}
