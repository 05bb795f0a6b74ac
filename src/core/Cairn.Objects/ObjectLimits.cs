namespace Cairn.Objects;

/// <summary>Limits of every object, as Ceph's defaults; those of the option's name can be lowered.</summary>
public static class ObjectLimits
{
    /// <summary><c>osd_max_object_size</c>, bytes.</summary>
    public const ulong ObjectBytesMax = 128UL << 20;

    /// <summary><c>osd_max_object_name_len</c>, UTF-8 bytes.</summary>
    public const int NameBytesMax = 2048;

    /// <summary><c>osd_max_object_namespace_len</c>, UTF-8 bytes.</summary>
    public const int NamespaceBytesMax = 256;

    /// <summary><c>osd_max_attr_name_len</c>, UTF-8 bytes.</summary>
    public const int XattrNameBytesMax = 100;

    /// <summary><c>osd_max_attr_size</c>, bytes.</summary>
    public const int XattrValueBytesMax = 64 << 10;

    /// <summary><c>osd_max_write_size</c>, bytes of payload in one operation.</summary>
    public const int OperationBytesMax = 90 << 20;
}
