using System.Reflection;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Fablab.Web.Tests.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Hosting;

[NonParallelizable]
public sealed class Settings_of_the_program
{
    private static readonly string Sample = Path.Combine(Repository.Root, "appsettings.sample.json");

    private static IEnumerable<Type> OptionTypes => typeof(FablabDb).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) && SectionOf(type) is not null);

    [TestCaseSource(nameof(OptionTypes))]
    public void Are_all_in_the_sample_with_their_defaults(Type options)
    {
        var sample = new ConfigurationBuilder().AddJsonFile(Sample).Build().GetSection(SectionOf(options)!);

        var bound = Activator.CreateInstance(options)!;
        sample.Bind(bound, binder => binder.ErrorOnUnknownConfiguration = true);
        var defaults = Activator.CreateInstance(options)!;
        var settable = options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is not null).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(sample.GetChildren().Select(child => child.Key), Is.EquivalentTo(settable.Select(property => property.Name)));
            foreach (var property in settable)
            {
                Assert.That(property.GetValue(bound), Is.EqualTo(property.GetValue(defaults)).UsingPropertiesComparer(), property.Name);
            }
        }
    }

    [TestCaseSource(nameof(OptionTypes))]
    public void Of_the_sample_pass_their_checks(Type options)
    {
        using var lab = new LabApp(StorageProvider.Sqlite);
        var bound = Activator.CreateInstance(options)!;
        new ConfigurationBuilder().AddJsonFile(Sample).Build().GetSection(SectionOf(options)!).Bind(bound);
        var validator = typeof(Microsoft.Extensions.Options.IValidateOptions<>).MakeGenericType(options);

        var checks = lab.Services.GetServices(validator).Select(check =>
            (Microsoft.Extensions.Options.ValidateOptionsResult)validator.GetMethod("Validate")!.Invoke(check, [null, bound])!).ToList();

        Assert.That(checks.Select(check => check.FailureMessage), Is.Not.Empty.And.All.Null);
    }

    [TestCaseSource(nameof(OptionTypes))]
    public void Are_checked_when_the_program_starts(Type options)
    {
        using var lab = new LabApp(StorageProvider.Sqlite);

        var sections = lab.Services.GetServices<KnownSection>().Select(section => section.Name);

        Assert.That(sections, Does.Contain(SectionOf(options)));
    }

    [TestCase("SignIn:AttemptsPerMinute", "0", "AttemptsPerMinute")]
    [TestCase("SignIn:AttemptsPerMinit", "10", "AttemptsPerMinit")]
    [TestCase("SignIn:OpenId:Providers:campus:Authority", "http://login.example", "campus:Authority")]
    [TestCase("Storage:Provider", "oracle", "Storage:Provider")]
    [TestCase("Web:PublicAddress", "lab.example", "PublicAddress")]
    [TestCase("Web:TrustedProxies:0", "anywhere", "TrustedProxies")]
    public async Task Stop_the_program_by_name_when_one_is_wrong(string name, string value, string told)
    {
        var folder = Directory.CreateTempSubdirectory("fablab-settings-").FullName;

        var (exitCode, error) = await ProgramRun.UntilItEndsAsync($"--Storage:DataFolder={folder}", $"--{name}={value}");

        Directory.Delete(folder, recursive: true);
        Assert.That(exitCode, Is.EqualTo(78));
        Assert.That(error, Does.Contain(told));
    }

    [Test]
    public async Task Stop_the_program_when_a_file_has_a_section_nobody_reads()
    {
        var folder = Directory.CreateTempSubdirectory("fablab-settings-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), """{ "Storge": { "DataFolder": "elsewhere" } }""");

        var (exitCode, error) = await ProgramRun.UntilItEndsAsync($"--contentRoot={folder}");

        Directory.Delete(folder, recursive: true);
        Assert.That(exitCode, Is.EqualTo(78));
        Assert.That(error, Does.Contain("'Storge'"));
    }

    private static string? SectionOf(Type type) => type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string;
}
