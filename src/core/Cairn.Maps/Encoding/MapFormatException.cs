using Cairn.Crush;
using Google.Protobuf;

namespace Cairn.Maps;

/// <summary>Bytes that should be a map or an incremental are not.</summary>
public sealed class MapFormatException : Exception
{
    public MapFormatException(string message)
        : base(message)
    {
    }

    public MapFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Runs a decoder; whatever is wrong with the bytes comes out as this exception.</summary>
    internal static TResult Guard<TInput, TResult>(string what, TInput input, Func<TInput, TResult> decode)
    {
        try
        {
            return decode(input);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or CrushException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            throw new MapFormatException($"not a valid {what}: {e.Message}", e);
        }
    }
}
