using System.Globalization;
using Cairn.Store.Index;
using Cairn.Store.Tests.Faults;
using Cairn.Store.Tests.Model;

namespace Cairn.Store.Tests;

/// <summary>
/// One bit anywhere in the store's files flips: an error, or the right content; never a wrong one. <c>scripts/soak store</c> asks for more
/// by CAIRN_STORE_FLIPS.
/// </summary>
public sealed class BitFlipTests
{
    private static readonly int Flips = int.Parse(Environment.GetEnvironmentVariable("CAIRN_STORE_FLIPS") ?? "300", CultureInfo.InvariantCulture);

    private static readonly StoreOptions Options =
        TemporaryStore.Small with
        {
            WalBytesMax = 1 << 20, StagedBytesMax = 256 << 10, WalFileBytes = 256 << 10, IndexMemoryBytes = 8 << 20, IndexPool = new IndexPool(),
        };

    [Fact]
    public async Task Flipped_bits_in_a_stopped_store_are_reported_healed_or_without_effect()
    {
        (FaultStorage storage, string content) = await FilledStorage.Make(Options, clean: true);
        await FlipAndCheck(storage, content, Flips);
    }

    [Fact]
    public async Task Flipped_bits_after_a_crash_never_give_wrong_data()
    {
        (FaultStorage storage, string content) = await FilledStorage.Make(Options, clean: false);
        await FlipAndCheck(storage, content, Flips);
    }

    private static async Task FlipAndCheck(FaultStorage filled, string right, int flips)
    {
        var random = new Random(flips);
        List<string> names = [.. filled.Names.Where(n => n.Value.Length > 0).Select(n => n.Key).Order(StringComparer.Ordinal)];
        int reported = 0;
        for (int flip = 0; flip < flips; flip++)
        {
            FaultStorage storage = filled.Copy();
            string file = names[flip % names.Count];
            FaultInode target = storage.Names[file];
            int bit = target.ChooseBit(random);
            target.Flip(bit);
            try
            {
                ObjectStore store = ObjectStore.Open(storage, Options);
                string found;
                try
                {
                    found = await StoreText.Describe(store);
                }
                finally
                {
                    await store.CloseAsync();
                }

                Assert.True(right == found, $"bit {bit} of {file} flipped: wrong content");
            }
            catch (IOException)
            {
                reported++;
            }
        }

        Assert.True(reported > 0, "no flip was ever noticed");
        TestContext.Current.TestOutputHelper?.WriteLine($"{flips} bits flipped, {reported} reported, the rest healed or without effect");
    }
}
