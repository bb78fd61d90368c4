using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;

namespace Fablab.Web.Api;

/// <summary>Codes of refusals that an endpoint, or all of a group, may answer with beside those of every endpoint.</summary>
internal sealed record EndpointRefusals(IReadOnlyList<string> Codes);

/// <summary>Describes every endpoint's refusals from what it says of itself and from how it is guarded.</summary>
internal static class RefusalDescription
{
    private const string Schema = "Refusal";

    public static TBuilder WithRefusals<TBuilder>(this TBuilder endpoint, params string[] codes)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new EndpointRefusals(codes));

    public static void Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var codes = CodesOf(context.Description.HttpMethod ?? HttpMethods.Get, context.Description.ActionDescriptor.EndpointMetadata);
        operation.Responses ??= [];
        foreach (var status in codes.Distinct().SelectMany(code => StatusesOf(code).Select(status => (status, code))).GroupBy(pair => pair.status, pair => pair.code).OrderBy(group => group.Key))
        {
            operation.Responses[$"{status.Key}"] = new OpenApiResponse
            {
                Description = string.Join("; ", status.Order(StringComparer.Ordinal).Select(code => $"`{code}`: {RefusalTable.Answers[code].Title}")),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(Schema, context.Document) },
                },
            };
        }
    }

    public static OpenApiSchema RefusalSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "Problem details (RFC 9457). `code` never changes, `facts` are the numbers behind it; docs/refusals.md lists them.",
        Required = new HashSet<string> { "title", "status", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("A name of the kind: `urn:fablab:refusal:` and the code."),
            ["title"] = Text("For people, in English."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = Text("What is wrong with this very request."),
            ["code"] = Text("What a program decides by."),
            ["facts"] = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalPropertiesAllowed = true },
            ["problems"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array, Description = "Every reason against a booking or a program.",
                Items = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalPropertiesAllowed = true },
            },
            ["variants"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array, Description = "What can be booked instead, when a booking asked for it with `variants=true`; each as in the answer of a check.",
                Items = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalPropertiesAllowed = true },
            },
            ["traceId"] = Text("Finds the request in the log."),
        },
    };

    /// <summary>Adds the schema that all refusals share.</summary>
    public static void AddSchema(Microsoft.OpenApi.OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[Schema] = RefusalSchema();
    }

    private static IEnumerable<string> CodesOf(string method, IList<object> metadata)
    {
        foreach (var code in metadata.OfType<EndpointRefusals>().SelectMany(refusals => refusals.Codes))
        {
            yield return code;
        }

        yield return "malformed-request";
        yield return "busy";
        if (!metadata.OfType<IAllowAnonymous>().Any())
        {
            yield return "sign-in-needed";
            yield return "scope-missing";
            yield return "too-many-requests";
            if (metadata.OfType<OperationScope>().LastOrDefault() is not { IsOpenToOrganisations: true })
            {
                yield return "not-for-organisations";
            }
        }
        else if (metadata.OfType<EnableRateLimitingAttribute>().Any())
        {
            yield return "too-many-requests";
        }

        if (metadata.OfType<TakesIdempotencyKey>().Any())
        {
            yield return "idempotency-key-reused";
        }

        if (!HttpMethods.IsGet(method))
        {
            yield return "foreign-site";
            yield return "storage-full";
        }
    }

    private static int[] StatusesOf(string code) =>
        code == "booking-refused" ? [RefusalTable.Answers[code].Status, StatusCodes.Status409Conflict] : [RefusalTable.Answers[code].Status];

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
