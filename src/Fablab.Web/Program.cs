using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Audit.Sealing;
using Fablab.Web.Features.Audit.Searching;
using Fablab.Web.Features.Billing;
using Fablab.Web.Features.Bridges;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.Desks.Using;
using Fablab.Web.Features.MachineJobs;
using Fablab.Web.Features.Exchange;
using Fablab.Web.Features.Feeds;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Organisations;
using Fablab.Web.Features.People;
using Fablab.Web.Features.Places;
using Fablab.Web.Features.Presence;
using Fablab.Web.Features.Privacy;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Trainings;
using Fablab.Web.Features.UsageSessions;
using Fablab.Web.Hosting;
using Fablab.Web.Messaging;

// Settings are read at the start. To notice changes of their files the host would watch the whole folder, where the database may lie,
// and be told of every write to it.
var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);

builder.AddWebHosting();
builder.AddLabTime();
builder.AddPages();
builder.AddStorage();
builder.AddHealth();
builder.AddApi();
builder.AddApiDescription();
builder.AddMembers();
builder.AddAudit();
builder.AddPeople();
builder.AddPresence();
builder.AddPrivacy();
builder.AddNotices();
builder.AddFeeds();
builder.AddPlaces();
builder.AddMachines();
builder.AddBridges();
builder.AddReservations();
builder.AddTrainings();
builder.AddOrganisations();
builder.AddDesks();
builder.AddMachineJobs();
builder.AddUsageSessions();
builder.AddBilling();
builder.AddExchange();
builder.AddDemo();
builder.AddMessaging();
builder.AddDueWork();
builder.AddDemoMachines();

var app = builder.Build();
if (VerifyAuditCommand.IsAskedFor(args))
{
    return await app.VerifyAuditAsync(args);
}

app.UseWebHosting();
app.UseMembers();
app.UsePages();
app.Use(FormBodies.CheckAsync);

app.MapHealth();
app.MapApiDescription();
var api = app.MapApi();
api.MapMembers();
api.MapAudit();
api.MapPeople();
api.MapPresence();
api.MapPrivacy();
api.MapNotices();
api.MapFeeds();
api.MapPlaces();
api.MapMachines();
api.MapBridges();
api.MapReservations();
api.MapTrainings();
api.MapOrganisations();
api.MapDesks();
api.MapMachineJobs();
api.MapUsageSessions();
api.MapBilling();
api.MapExchange();
app.MapPages();

return await app.RunUntilStoppedAsync();
