using NetVips;
using Vips = NetVips.NetVips;

namespace FractureDashboard.ML.Imaging;

/// <summary>Loads libvips once and sets it up: no cache, one thread per image, only the loaders this product uses.</summary>
internal static class VipsRuntime
{
    // Kept in a field: native code holds a pointer to it.
    private static readonly Log.LogDelegate Silent = static (_, _, _) => { };
    private static readonly Lazy<string?> LazyProblem = new(Start);

    /// <summary>What is wrong and how to fix it, or null when libvips works.</summary>
    public static string? Problem => LazyProblem.Value;

    private static string? Start()
    {
        try
        {
            if (!ModuleInitializer.VipsInitialized)
            {
                return Explain(ModuleInitializer.Exception);
            }

            // Every image is opened once; parallel work is spread over files, not inside one.
            Cache.Max = 0;
            Vips.Concurrency = 1;

            // Content is sniffed before it comes here. As a second fence, no other loader can be reached.
            Vips.BlockUntrusted = true;
            Operation.Block("VipsForeignLoad", true);
            foreach (var loader in (string[])["Jpeg", "Png", "Nsgif", "Webp", "Tiff"])
            {
                Operation.Block("VipsForeignLoad" + loader, false);
            }

            // Warnings about odd tags would flood the console; what matters comes back as an error.
            Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning | Enums.LogLevelFlags.Info | Enums.LogLevelFlags.Debug, Silent);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or BadImageFormatException or EntryPointNotFoundException or VipsException)
        {
            return Explain(e);
        }
    }

    private static string Explain(Exception? cause) =>
        $"The image library (libvips) could not be loaded on this system: {(cause?.InnerException ?? cause)?.Message ?? "unknown cause."} "
        + "Install libvips 8.14 or later, or add the package NetVips.Native for this platform, and restart.";
}
