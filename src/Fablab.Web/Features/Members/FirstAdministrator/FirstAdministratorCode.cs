using System.Security.Cryptography;
using System.Text;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Members.FirstAdministrator;

/// <summary>
/// The code that opens the way to the first administrator of a new installation. It is made anew at every start and written to
/// the log, so that only who can read the log may become administrator; it ends with the first administrator.
/// </summary>
internal sealed partial class FirstAdministratorCode(IServiceScopeFactory scopes, ILogger<FirstAdministratorCode> log) : IHostedService
{
    /// <summary><see langword="null"/> when there is an administrator already.</summary>
    public string? Code { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<FablabDb>().RoleGrants.AnyAsync(grant => grant.Role == StaffRole.Administrator, cancellationToken))
        {
            return;
        }

        Code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        LogCode(Code);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public bool Opens(string shown) =>
        Code is { } kept && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(kept), Encoding.UTF8.GetBytes(shown));

    public void Close() => Code = null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no administrator yet. Open /first-administrator, or post to /api/v1/first-administrator, with the code {Code}")]
    private partial void LogCode(string code);
}
