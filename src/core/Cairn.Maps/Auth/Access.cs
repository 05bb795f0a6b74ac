namespace Cairn.Maps.Auth;

/// <summary>What a capability allows: <c>r</c>, <c>w</c>, <c>x</c>, all of them with <c>*</c>.</summary>
[Flags]
public enum Access
{
    None = 0,
    Read = 1,
    Write = 2,

    /// <summary>Monitors: to give capabilities. OSDs: to order repairs and scrubs.</summary>
    Execute = 4,

    All = Read | Write | Execute,
}
