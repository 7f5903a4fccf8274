namespace FractureDashboard.Shell;

/// <summary>
/// Turns away requests that a page of another site makes. A browser keeps such a page from reading ordinary answers,
/// but not from opening a WebSocket: without this, any site that a user visits could follow the trainings.
/// </summary>
internal static class OriginGuard
{
    public static void UseOriginGuard(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (!IsForeign(context.Request))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync("The request comes from a page of another site.", context.RequestAborted);
    });

    /// <summary>True when the request names an origin that is not the address it was sent to; programs name none.</summary>
    public static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin is { Count: > 0 } origin
        && !string.Equals(origin.ToString(), $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
