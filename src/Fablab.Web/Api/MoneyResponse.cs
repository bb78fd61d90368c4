using System.Globalization;
using Fablab.Domain.Billing;

namespace Fablab.Web.Api;

/// <param name="Minor">Whole cents, to calculate with.</param>
/// <param name="Amount">The same with two decimals, to show: <c>12.50</c>.</param>
internal sealed record MoneyResponse(long Minor, string Currency, string Amount)
{
    public static MoneyResponse From(Money money) => new(money.Minor, money.Currency, money.Major.ToString("0.00", CultureInfo.InvariantCulture));
}
