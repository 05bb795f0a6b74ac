using Cairn.Objects.Operations;

namespace Cairn.Client;

/// <summary>An operation ended otherwise than asked. The message is one sentence for people.</summary>
public class CairnException(OpStatus status, string message, Exception? inner = null) : IOException(message, inner)
{
    public OpStatus Status { get; } = status;
}
