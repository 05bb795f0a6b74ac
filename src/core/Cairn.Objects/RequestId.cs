namespace Cairn.Objects;

/// <summary>Names one request for ever: the client (random 64 bits at its start), and its sequence number. A resend keeps it.</summary>
public readonly record struct RequestId(ulong Client, ulong Sequence)
{
    public override string ToString() => $"client.{Client:x}:{Sequence}";
}
