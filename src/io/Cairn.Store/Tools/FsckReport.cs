namespace Cairn.Store.Tools;

/// <summary>What fsck found.</summary>
/// <param name="Errors">Each a sentence that names the object or file; empty if the store is sound.</param>
/// <param name="Notes">Nothing wrong, but worth knowing: leftovers of a crash, garbage.</param>
public sealed record FsckReport(
    IReadOnlyList<string> Errors, IReadOnlyList<string> Notes, long Collections, long Objects, long DataBytes, long BytesVerified)
{
    public bool IsClean => Errors.Count == 0;
}
