using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Fablab.Web.Data;

/// <summary>
/// A query that requests ask all the time. EF Core makes SQL of it once for each model, of which each database has its own, and not at
/// every use.
/// </summary>
/// <typeparam name="TAsk">What <see cref="EF"/>'s <c>CompileAsyncQuery</c> makes.</typeparam>
internal sealed class HotQuery<TAsk>(Func<TAsk> compile)
    where TAsk : Delegate
{
    private readonly ConditionalWeakTable<IModel, TAsk> ofModels = [];

    public TAsk On(FablabDb db) => ofModels.GetValue(db.Model, _ => compile());
}
