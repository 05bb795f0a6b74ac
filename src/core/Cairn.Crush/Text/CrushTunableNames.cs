namespace Cairn.Crush;

/// <summary>The tunables by the names the text form and <c>crushtool --set-*</c> give them.</summary>
public static class CrushTunableNames
{
    /// <summary>In the order of the text form, with their values.</summary>
    public static IEnumerable<(string Name, int Value)> All(CrushTunables t) =>
    [
        ("choose_local_tries", t.ChooseLocalTries),
        ("choose_local_fallback_tries", t.ChooseLocalFallbackTries),
        ("choose_total_tries", t.ChooseTotalTries),
        ("chooseleaf_descend_once", t.ChooseLeafDescendOnce),
        ("chooseleaf_vary_r", t.ChooseLeafVaryR),
        ("chooseleaf_stable", t.ChooseLeafStable),
        ("straw_calc_version", t.StrawCalcVersion),
        ("allowed_bucket_algs", t.AllowedBucketAlgorithms),
    ];

    /// <summary>The tunables with one replaced, or null if there is none of that name.</summary>
    public static CrushTunables? With(CrushTunables t, string name, int value) => name switch
    {
        "choose_local_tries" => t with { ChooseLocalTries = value },
        "choose_local_fallback_tries" => t with { ChooseLocalFallbackTries = value },
        "choose_total_tries" => t with { ChooseTotalTries = value },
        "chooseleaf_descend_once" => t with { ChooseLeafDescendOnce = value },
        "chooseleaf_vary_r" => t with { ChooseLeafVaryR = value },
        "chooseleaf_stable" => t with { ChooseLeafStable = value },
        "straw_calc_version" => t with { StrawCalcVersion = value },
        "allowed_bucket_algs" => t with { AllowedBucketAlgorithms = value },
        _ => null,
    };
}
