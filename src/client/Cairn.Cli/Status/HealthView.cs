using Cairn.Maps.Stats;

namespace Cairn.Cli.Status;

internal sealed record HealthView(string Status, IReadOnlyList<HealthView.Check> Checks)
{
    internal sealed record Check(string Code, string Severity, string Summary, IReadOnlyList<string> Detail, bool Muted);

    public static HealthView Of(HealthReport report) => new(
        Word(report.Status),
        [.. report.Checks.Select(c => new Check(c.Code, Word(c.Severity), c.Summary, [.. c.Detail], c.Muted))]);

    public static string Word(HealthSeverity severity) => severity switch
    {
        HealthSeverity.HealthOk => "HEALTH_OK",
        HealthSeverity.HealthWarn => "HEALTH_WARN",
        _ => "HEALTH_ERR",
    };

    public void Write(TextWriter output, bool withDetail)
    {
        Check[] shown = [.. Checks.Where(c => withDetail || !c.Muted)];
        string summaries = string.Join("; ", shown.Where(c => !c.Muted).Select(c => c.Summary));
        int muted = Checks.Count(c => c.Muted);
        output.WriteLine($"{Status}{(summaries.Length > 0 ? " " : "")}{summaries}{(muted > 0 ? $" ({muted} muted)" : "")}");
        if (!withDetail)
        {
            return;
        }

        foreach (Check check in shown)
        {
            output.WriteLine($"[{(check.Severity == "HEALTH_ERR" ? "ERR" : "WRN")}] {check.Code}: {check.Summary}{(check.Muted ? " (muted)" : "")}");
            foreach (string line in check.Detail)
            {
                output.WriteLine($"    {line}");
            }
        }
    }
}
