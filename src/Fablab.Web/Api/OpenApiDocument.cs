using System.Text.Json.Nodes;
using Fablab.Domain.Members;
using Fablab.Web.Demo;
using Fablab.Web.Features.Reservations.Booking;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using NodaTime;

namespace Fablab.Web.Api;

/// <summary>The API's description at <c>/openapi/v1.json</c>.</summary>
internal static class OpenApiDocument
{
    private const string Token = "accessToken";

    public static void AddApiDescription(this IHostApplicationBuilder builder) => builder.Services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Describe(document);
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            DescribeTime(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            DescribeOperation(operation, context);
            RefusalDescription.Describe(operation, context);
            return Task.CompletedTask;
        });
    });

    /// <summary>Open to everybody in the demo, else to members.</summary>
    public static void MapApiDescription(this WebApplication app)
    {
        var description = app.MapOpenApi("/openapi/{documentName}.json").WithMetadata(new OperationScope(null, IsOpenToOrganisations: true));
        if (app.Services.GetRequiredService<IOptions<DemoOptions>>().Value.IsEnabledIn(app.Environment))
        {
            description.AllowAnonymous();
        }
        else
        {
            description.RequireAuthorization();
        }
    }

    private static void Describe(Microsoft.OpenApi.OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Fablab",
            Version = "v1",
            Description = "Book machines, send jobs, see what they cost. Refusals are problem+json with a stable `code`; docs/refusals.md lists them.",
        };

        // The address depends on who asks, so the description names none and stays the same everywhere.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Token] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "fab_…",
                Description = "From POST /api/v1/sign-in or POST /api/v1/access-tokens; an organisation's own, fabo_…, from POST /api/v1/organisations/{id}/tokens. Each operation names the scope that a token needs.",
            },
        };
        RefusalDescription.AddSchema(document);
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] }];
    }

    private static void DescribeTime(OpenApiSchema schema, Type type)
    {
        if (type == typeof(Instant) || type == typeof(Instant?))
        {
            (schema.Type, schema.Format, schema.Examples) = (JsonSchemaType.String, "date-time", [JsonValue.Create("2026-03-29T07:00:00Z")]);
            schema.Properties?.Clear();
        }
        else if (type == typeof(LocalDate) || type == typeof(LocalDate?))
        {
            (schema.Type, schema.Format, schema.Examples) = (JsonSchemaType.String, "date", [JsonValue.Create("2026-03-01")]);
            schema.Properties?.Clear();
        }
        else if (type == typeof(BookMachineRequest))
        {
            schema.Examples = [JsonNode.Parse("""{ "machine": "printer-1", "start": "2026-03-29T07:00:00Z", "end": "2026-03-29T09:00:00Z" }""")!];
        }
    }

    private static void DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [];
        }
        else if (metadata.OfType<OperationScope>().LastOrDefault() is { } rule)
        {
            // For a scheme without OAuth the list names what the caller must have.
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, context.Document)] = rule.Scope is { } scope ? [ScopeSet.WordOf(scope)] : [] }];
            operation.Description = rule.IsOpenToOrganisations ? "Open to the organisation's own tokens too." : operation.Description;
        }

        if (metadata.OfType<TakesIdempotencyKey>().Any())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotentRequest.Header,
                In = ParameterLocation.Header,
                Description = "Chosen by the caller; the same request with the same key is done once and answered alike.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = IdempotentRequest.LongestKey },
            });
        }
    }
}
