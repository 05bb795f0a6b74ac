namespace Cairn.Crush;

/// <summary>CRUSH's integer hashes (rjenkins1): all the chance there is in placement.</summary>
/// <remarks>Source: Robert Jenkins' 96-bit mix function, as CRUSH combines it; held to <c>hash/crush-hash32.txt</c>.</remarks>
public static class CrushHash
{
    internal const uint Seed = 1315423911;
    internal const uint X = 231232;
    internal const uint Y = 1232;

    public static uint Hash(uint a)
    {
        uint hash = Seed ^ a;
        uint b = a, x = X, y = Y;
        Mix(ref b, ref x, ref hash);
        Mix(ref y, ref a, ref hash);
        return hash;
    }

    public static uint Hash(uint a, uint b)
    {
        uint hash = Seed ^ a ^ b;
        uint x = X, y = Y;
        Mix(ref a, ref b, ref hash);
        Mix(ref x, ref a, ref hash);
        Mix(ref b, ref y, ref hash);
        return hash;
    }

    public static uint Hash(uint a, uint b, uint c)
    {
        uint hash = Seed ^ a ^ b ^ c;
        uint x = X, y = Y;
        Mix(ref a, ref b, ref hash);
        Mix(ref c, ref x, ref hash);
        Mix(ref y, ref a, ref hash);
        Mix(ref b, ref x, ref hash);
        Mix(ref y, ref c, ref hash);
        return hash;
    }

    public static uint Hash(uint a, uint b, uint c, uint d)
    {
        uint hash = Seed ^ a ^ b ^ c ^ d;
        uint x = X, y = Y;
        Mix(ref a, ref b, ref hash);
        Mix(ref c, ref d, ref hash);
        Mix(ref a, ref x, ref hash);
        Mix(ref y, ref b, ref hash);
        Mix(ref c, ref x, ref hash);
        Mix(ref y, ref d, ref hash);
        return hash;
    }

    public static uint Hash(uint a, uint b, uint c, uint d, uint e)
    {
        uint hash = Seed ^ a ^ b ^ c ^ d ^ e;
        uint x = X, y = Y;
        Mix(ref a, ref b, ref hash);
        Mix(ref c, ref d, ref hash);
        Mix(ref e, ref x, ref hash);
        Mix(ref y, ref a, ref hash);
        Mix(ref b, ref x, ref hash);
        Mix(ref y, ref c, ref hash);
        Mix(ref d, ref x, ref hash);
        Mix(ref y, ref e, ref hash);
        return hash;
    }

    private static void Mix(ref uint a, ref uint b, ref uint c)
    {
        a = (a - b - c) ^ (c >> 13);
        b = (b - c - a) ^ (a << 8);
        c = (c - a - b) ^ (b >> 13);
        a = (a - b - c) ^ (c >> 12);
        b = (b - c - a) ^ (a << 16);
        c = (c - a - b) ^ (b >> 5);
        a = (a - b - c) ^ (c >> 3);
        b = (b - c - a) ^ (a << 10);
        c = (c - a - b) ^ (b >> 15);
    }
}
