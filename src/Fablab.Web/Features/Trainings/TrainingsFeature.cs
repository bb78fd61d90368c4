using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Courses;

namespace Fablab.Web.Features.Trainings;

internal static class TrainingsFeature
{
    public static void AddTrainings(this IHostApplicationBuilder builder) => builder.Services
        .AddScoped<WriteAuthorisation>()
        .AddScoped<NoteUse>()
        .AddScoped<AuthoriseMember>()
        .AddScoped<ReadAuthorisations>()
        .AddScoped<RemindOfEnd>()
        .AddScoped<ReadCourses>()
        .AddSingleton<TrainingSweep>();

    public static void MapTrainings(this RouteGroupBuilder api) => api.MapAuthorisations();
}
