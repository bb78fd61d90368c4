namespace Fablab.Web.Components;

/// <summary>Which part of the navigation a page belongs to.</summary>
public enum Section
{
    None,
    Sites,
    Reservations,
    Organisations,
    People,
    Account,
}
