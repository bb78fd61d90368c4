using System.Text;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Exchange;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Exchange;

public sealed class A_file_to_import(StorageProvider provider) : ExchangeTest(provider)
{
    [TestCase("email,name\na1@fablab.example,A\n", TestName = "May_have_commas")]
    [TestCase("email;name\r\na1@fablab.example;A\r\n", TestName = "May_have_semicolons")]
    [TestCase("\uFEFFemail,name\na1@fablab.example,A", TestName = "May_begin_with_a_byte_order_mark_and_end_without_a_line_break")]
    [TestCase("\"email\",\"name\"\n\"a1@fablab.example\",\"A, \"\"B\"\"\nand C\"\n\n", TestName = "May_quote_separators_line_breaks_and_quotation_marks")]
    [TestCase(" E-Mail , NAME \na1@fablab.example,A", TestName = "May_write_its_headings_as_it_likes")]
    public async Task Is_read(string file) => Assert.That(RowsOf(await TryAsync(Administrator, "members", file)), Is.EqualTo(["create"]));

    [TestCase("", "empty")]
    [TestCase("name\nA\n", "column-missing")]
    [TestCase("email,email,name\na,b,c\n", "column-twice")]
    [TestCase("email,name\na@fablab.example,\"A\n", "quotes")]
    public async Task Of_which_nothing_can_be_made_is_refused(string file, string reason)
    {
        using var answer = await SendAsync(Administrator, "members", file);

        var problem = await JsonOfAsync(answer);
        Assert.That(
            ((int)answer.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("facts").GetProperty("reason").GetString()),
            Is.EqualTo((422, "import-unreadable", reason)));
    }

    [Test]
    public async Task In_another_encoding_is_refused()
    {
        using var answer = await SendAsync(Administrator, "members", Encoding.Latin1.GetBytes("email,name\na@fablab.example,Gwénolé\n"));

        Assert.That((await JsonOfAsync(answer)).GetProperty("facts").GetProperty("reason").GetString(), Is.EqualTo("not-utf-8"));
    }

    [Test]
    public async Task Tells_a_row_that_is_too_long_and_goes_on()
    {
        var told = await TryAsync(Administrator, "members", "email,name\na2@fablab.example,A,B\na3@fablab.example,C\n");

        Assert.That(RowsOf(told), Is.EqualTo(["refused wrong-number-of-cells", "create"]));
    }

    [Test]
    public async Task Says_which_columns_were_not_looked_at() =>
        Assert.That((await TryAsync(Administrator, "members", "email,name,shoe size\na4@fablab.example,A,43\n")).GetProperty("ignoredColumns")[0].GetString(), Is.EqualTo("shoe size"));

    [Test]
    public async Task May_be_uploaded_as_a_form_does()
    {
        using var form = new MultipartFormDataContent { { new StringContent("email,name\na5@fablab.example,A\n"), "file", "members.csv" } };

        using var answer = await Administrator.PostAsync(new Uri("/api/v1/imports/members?dryRun=true", UriKind.Relative), form);

        Assert.That(RowsOf(await JsonOfAsync(answer)), Is.EqualTo(["create"]));
    }

    [Test]
    public async Task Has_a_limit_of_rows_and_of_bytes()
    {
        using var small = new LabApp(Provider, new() { ["Import:MostRows"] = "2", ["Import:LargestMebibytes"] = "1" });
        using var administrator = await small.ClientOfAsync(DemoIds.Administrator);

        using var rows = await SendAsync(administrator, "members", "email\na\nb\nc\n");
        using var bytes = await SendAsync(administrator, "members", new byte[1024 * 1024 + 1]);

        var (tooMany, tooLarge) = (await JsonOfAsync(rows), await JsonOfAsync(bytes));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(((int)rows.StatusCode, tooMany.GetProperty("code").GetString()), Is.EqualTo((413, "too-many-rows")));
            Assert.That(((int)bytes.StatusCode, tooLarge.GetProperty("code").GetString()), Is.EqualTo((413, "file-too-large")));
        }
    }

    [TestCase("charges")]
    [TestCase("no-such-kind")]
    public async Task Of_another_kind_is_not_there(string kind)
    {
        using var answer = await SendAsync(Administrator, kind, "a\n");

        Assert.That((int)answer.StatusCode, Is.EqualTo(404));
    }

    [TestCase("=1+1", "'=1+1")]
    [TestCase("+33 2 99", "'+33 2 99")]
    [TestCase("-5", "'-5")]
    [TestCase("@SUM(A1)", "'@SUM(A1)")]
    [TestCase("\tx", "'\tx")]
    [TestCase("\rx", "'\rx")]
    [TestCase("'=1", "''=1")]
    [TestCase("O'Neill", "O'Neill")]
    [TestCase("'s Hertog", "'s Hertog")]
    [TestCase("", "")]
    public void Has_texts_that_no_spreadsheet_takes_for_formulas_and_that_come_back_as_they_were(string text, string cell) =>
        Assert.That((SpreadsheetText.Neutral(text), SpreadsheetText.Original(cell)), Is.EqualTo((cell, text)));
}
