using System.Diagnostics;
using FractureDashboard.ML.Imaging;
using FractureDashboard.Tests.ML.Datasets;

namespace FractureDashboard.Tests.ML.Imaging;

/// <summary>Alone in its collection: other decodes at the same time would be counted.</summary>
[CollectionDefinition(nameof(NativeMemoryTests), DisableParallelization = true)]
public sealed class NativeMemoryCollection;

[Collection(nameof(NativeMemoryTests))]
public sealed class NativeMemoryTests
{
    [Fact]
    public void Thousands_of_decodes_and_failures_hold_no_native_memory()
    {
        using var folder = new TempFolder();
        var decoder = new ImageDecoder();
        var thumbnails = new Thumbnails(decoder);
        var files = Pictures.AllFormats.Select(f => Pictures.Encode(Pictures.Colour(200, 150), f)).ToArray();
        var paths = files.Select((f, i) => folder.Write($"{i}", f)).ToArray();

        void Round(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var file = files[i % files.Length];
                decoder.Decode(file, new(Size: 64));
                decoder.Decode(file, new(Strict: true, Channels: 1));
                decoder.Decode(file[..(file.Length / 2)], new(Strict: i % 2 == 0));
                if (i % 10 == 0)
                {
                    thumbnails.Render(paths[i / 10 % paths.Length], 32);
                }
            }
        }

        Round(200);
        var (tracked, resident) = Measure();
        Round(1500);
        var (trackedAfter, residentAfter) = Measure();

        Assert.InRange(trackedAfter, 0, tracked + (1 << 20));
        // One leaked picture a decode would be 90 KB x 4500 = 400 MB.
        Assert.InRange(residentAfter - resident, long.MinValue, 150L << 20);
    }

    private static (long Tracked, long Resident) Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (NetVips.Stats.Mem, process.WorkingSet64);
    }
}
