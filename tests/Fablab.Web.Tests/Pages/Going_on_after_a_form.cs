using Fablab.Web.Components;

namespace Fablab.Web.Tests.Pages;

public class Going_on_after_a_form
{
    [TestCase("/")]
    [TestCase("/machines/printer-1?from=2026-03-02")]
    public void Leads_to_our_own_pages(string address)
    {
        Assert.That(Go.To(address).Address, Is.EqualTo(address));
    }

    [TestCase("https://elsewhere.example/")]
    [TestCase("//elsewhere.example")]
    [TestCase("/\\elsewhere.example")]
    [TestCase("/a\r\nSet-Cookie: b=c")]
    [TestCase("")]
    [TestCase(null)]
    public void Leads_nowhere_else(string? address)
    {
        Assert.That(Go.To(address).Address, Is.EqualTo("/"));
    }
}
