using System.Globalization;
using Fablab.Domain.Organisations;
using Fablab.Web.Data.Rows;

namespace Fablab.Web.Features.Organisations.Budgeting;

/// <summary>Amounts as people type them: whole currency units, decimals behind a point or a comma.</summary>
internal static class AmountText
{
    /// <returns><see langword="null"/> for what is no amount; an empty text is none either.</returns>
    public static long? ToMinor(string text) =>
        decimal.TryParse(text.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
        && amount <= Budget.MostMinor / 100m && amount * 100 == decimal.Truncate(amount * 100) ? (long)(amount * 100) : null;

    public static string Of(long? minor) => minor is { } amount ? (amount / 100m).ToString("0.##", CultureInfo.InvariantCulture) : "";
}

/// <summary>A project as it is typed.</summary>
public sealed record ProjectForm
{
    public string Name { get; init; } = "";

    public string PurchaseOrder { get; init; } = "";

    public bool IsClosed { get; init; }

    /// <summary>In whole currency units; empty for none.</summary>
    public string Budget { get; init; } = "";

    public BudgetPeriod Period { get; init; }

    public string Warn { get; init; } = "50";

    public string Approval { get; init; } = "80";

    public string Stop { get; init; } = "100";

    /// <summary><c>yes</c>, <c>no</c>, or empty for what the organisation says.</summary>
    public string Hides { get; init; } = "";

    public string Key { get; init; } = Guid.NewGuid().ToString("N");

    public IReadOnlyList<string> Reasons { get; init; } = [];

    public static ProjectForm Of(ProjectRow row) => new()
    {
        Name = row.Name, PurchaseOrder = row.PurchaseOrder ?? "", IsClosed = row.IsClosed, Budget = AmountText.Of(row.BudgetMinor), Period = row.BudgetPeriod,
        Warn = Text(row.WarnPercent), Approval = Text(row.ApprovalPercent), Stop = Text(row.StopPercent), Hides = row.HidesTitles switch { true => "yes", false => "no", _ => "" },
    };

    public static ProjectForm Read(IFormCollection posted) => new()
    {
        Name = posted["name"].ToString(), PurchaseOrder = posted["order"].ToString(), IsClosed = posted["closed"] == "true", Budget = posted["budget"].ToString(),
        Period = posted["period"] == nameof(BudgetPeriod.Month) ? BudgetPeriod.Month : BudgetPeriod.WholeProject, Warn = posted["warn"].ToString(),
        Approval = posted["approval"].ToString(), Stop = posted["stop"].ToString(), Hides = posted["hides"].ToString(),
        Key = Guid.TryParseExact(posted["key"], "N", out var key) ? key.ToString("N") : Guid.NewGuid().ToString("N"),
    };

    /// <summary>What cannot be read is refused as an impossible budget.</summary>
    public ProjectRequest ToRequest() => new()
    {
        Name = Name, PurchaseOrder = PurchaseOrder[..Math.Min(PurchaseOrder.Length, ProjectRow.LongestName)], IsClosed = IsClosed,
        BudgetMinor = string.IsNullOrWhiteSpace(Budget) ? null : AmountText.ToMinor(Budget) ?? 0, BudgetPeriod = Period, WarnPercent = Number(Warn), ApprovalPercent = Number(Approval),
        StopPercent = Number(Stop), HidesTitles = Hides switch { "yes" => true, "no" => false, _ => null },
    };

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
