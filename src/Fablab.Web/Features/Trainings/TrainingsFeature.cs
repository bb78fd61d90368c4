using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Certifying;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Features.Trainings.Managing;
using Fablab.Web.Features.Trainings.Missing;
using Fablab.Web.Features.Trainings.Quizzes;
using Fablab.Web.Features.Trainings.Refunding;
using Fablab.Web.Features.Trainings.Sessions;

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
        .AddScoped<EditCourses>()
        .AddScoped<WhatIsMissing>()
        .AddScoped<ReadSessions>()
        .AddScoped<SessionSeats>()
        .AddScoped<PlanSessions>()
        .AddScoped<Enrol>()
        .AddScoped<FillSeats>()
        .AddScoped<Refunds>()
        .AddScoped<RefundsPageModel>()
        .AddScoped<SessionStaff>()
        .AddScoped<TakeAttendance>()
        .AddScoped<CorrectAttendance>()
        .AddScoped<WithdrawTraining>()
        .AddScoped<CompleteTraining>()
        .AddScoped<PassedQuizzes>()
        .AddScoped<TakeQuiz>()
        .AddScoped<SearchAuthorisations>()
        .AddScoped<SiteAuthorisations>()
        .AddScoped<AuthorisationPageModel>()
        .AddSingleton<TrainingSweep>();

    public static void MapTrainings(this RouteGroupBuilder api)
    {
        api.MapCourses();
        api.MapQuizzes();
        api.MapTrainingSessions();
        api.MapTrainingRefunds();
        api.MapCertificates();
        api.MapAuthorisations();
        api.MapWhatIsMissing();
    }
}
