namespace Cairn.Store.Segments;

/// <summary>What is appended together: data that dies together should lie together.</summary>
internal enum AppendStream
{
    Bulk,
    Destage,
    Clean,
}
