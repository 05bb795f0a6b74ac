using System.Net;
using System.Text;
using DotNext.Buffers;
using DotNext.Net.Cluster.Consensus.Raft.Membership;

namespace Cairn.Monitor.Raft;

/// <summary>The members of the quorum, as the configuration names them: the same on every monitor, and not stored a second time.</summary>
internal sealed class StaticMembers : InMemoryClusterConfigurationStorage<EndPoint>
{
    public static StaticMembers Create(IEnumerable<EndPoint> members)
    {
        StaticMembers storage = new();
        Builder builder = storage.CreateInitialConfigurationBuilder();
        foreach (EndPoint member in members)
        {
            builder.Add(member);
        }

        builder.Build();
        return storage;
    }

    protected override void Encode(EndPoint address, ref BufferWriterSlim<byte> output)
    {
        byte[] text = Encoding.UTF8.GetBytes(address.ToString()!);
        output.Add((byte)text.Length);
        output.Write(text);
    }

    protected override EndPoint Decode(ref SequenceReader reader)
    {
        byte[] length = new byte[1];
        reader.Read(length);
        byte[] text = new byte[length[0]];
        reader.Read(text);
        return IPEndPoint.Parse(Encoding.UTF8.GetString(text));
    }

    protected override IEqualityComparer<EndPoint> Comparer => EqualityComparer<EndPoint>.Default;
}
