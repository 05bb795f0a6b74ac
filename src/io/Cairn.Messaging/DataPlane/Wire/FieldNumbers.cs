namespace Cairn.Messaging.DataPlane.Wire;

/// <summary>Field numbers of <c>osd.proto</c>'s FrameHeader.</summary>
internal static class HeaderField
{
    public const int OsdOp = 5;
    public const int OsdOpReply = 6;
    public const int OpRejected = 7;
    public const int PgMessage = 8;
    public const int Ping = 9;
    public const int PingReply = 10;
    public const int MapNotice = 11;
}

/// <summary>Field numbers of OpStep.</summary>
internal static class StepField
{
    public const int Code = 1;
    public const int Offset = 2;
    public const int Length = 3;
    public const int DataLength = 4;
    public const int Name = 5;
    public const int Keys = 6;
    public const int ValueLengths = 7;
    public const int Exclusive = 8;
    public const int Comparison = 9;
    public const int Max = 10;
    public const int VersionEpoch = 11;
    public const int Version = 12;
    public const int After = 13;
}
