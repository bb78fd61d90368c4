using System.Net.Http.Headers;

namespace Fablab.Bridge.Drivers.Shared;

/// <summary>A job's file with fields beside it, in the form that the recordings show to work: quoted part names and an unquoted boundary.</summary>
internal static class MultipartUpload
{
    /// <param name="fields">They come before the bytes, which some controllers insist on.</param>
    public static MultipartFormDataContent Of(JobFile file, params ReadOnlySpan<(string Name, string Value)> fields)
    {
        var boundary = $"fablab-{Guid.NewGuid():N}";
        var form = new MultipartFormDataContent(boundary);
        foreach (var (name, value) in fields)
        {
            var field = new StringContent(value);
            field.Headers.ContentType = null;
            field.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{name}\"" };
            form.Add(field);
        }

        var bytes = new StreamContent(File.OpenRead(file.Path));
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        bytes.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"file\"", FileName = $"\"{file.Name}\"" };
        form.Add(bytes);
        form.Headers.Remove("Content-Type");
        form.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        return form;
    }
}
