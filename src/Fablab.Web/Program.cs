using Fablab.Web.Data;
using Fablab.Web.Hosting;

var builder = WebApplication.CreateBuilder(args);

builder.AddLabTime();
builder.AddStorage();

var app = builder.Build();

await app.RunAsync();
