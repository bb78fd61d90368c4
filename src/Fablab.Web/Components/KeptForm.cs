namespace Fablab.Web.Components;

/// <summary>
/// A form of the page that must outlive a change of language: the switch sends its fields along, and they come back to the form's own
/// address with no <c>act</c>, which must do no more there than show the page again.
/// </summary>
/// <param name="Id">Of the form element.</param>
/// <param name="Address">Where it is sent.</param>
/// <param name="Enter">The <c>act</c> of the Enter key, which would otherwise press the first button of the form in the document: the switch.</param>
public sealed record KeptForm(string Id, string Address, string Enter = "look")
{
    public string SwitchAddress => $"/language?form={Uri.EscapeDataString(Address)}";
}
