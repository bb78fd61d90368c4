using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Hosting;

/// <summary>One way to read settings: bound strictly, validated at the start, so that a wrong or misspelt one stops the program by its name.</summary>
internal static class Settings
{
    public static OptionsBuilder<TOptions> AddSettings<TOptions, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TValidator>(
        this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        return services.AddSettings<TOptions>(section);
    }

    /// <summary>For settings of which every value that can be read is right.</summary>
    public static OptionsBuilder<TOptions> AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class =>
        services.AddSingleton(new KnownSection(section)).AddOptions<TOptions>()
            .BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
}
