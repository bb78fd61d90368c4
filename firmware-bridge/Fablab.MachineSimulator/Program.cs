using Microsoft.AspNetCore.Builder;

await WebApplication.CreateBuilder(args).Build().RunAsync();
