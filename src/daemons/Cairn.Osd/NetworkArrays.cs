using Cairn.Messaging.DataPlane;
using Cairn.Store;

namespace Cairn.Osd;

/// <summary>
/// Reads are answered in the arrays that writes are received in: an OSD that wrote 4 MiB objects and then reads such keeps one set of
/// buffers, not two.
/// </summary>
internal sealed class NetworkArrays : IReadArrays
{
    public (byte[] Array, int Start) Rent(int length) => PayloadArrays.Rent(length);

    public void Return(byte[] array) => PayloadArrays.Return(array);

    public void Forget(byte[] array) => PayloadArrays.Forget(array);
}
