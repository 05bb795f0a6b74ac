using Cairn.Maps;
using Cairn.Maps.Auth;

namespace Cairn.Cli.Auth;

internal sealed record CapsView(string Entity, string Mon, string Osd)
{
    public static CapsView Of(OsdMap map, string entity)
    {
        ClientCaps caps = ClientCaps.Of(map, entity);
        return new CapsView(entity, caps.Mon, caps.Osd);
    }

    /// <summary>As Ceph prints them.</summary>
    public void Write(TextWriter output)
    {
        output.WriteLine(Entity);
        WriteCaps(output, "mon", Mon);
        WriteCaps(output, "osd", Osd);
    }

    private static void WriteCaps(TextWriter output, string service, string caps)
    {
        if (caps.Length > 0)
        {
            output.WriteLine($"\tcaps: [{service}] {caps}");
        }
    }
}
