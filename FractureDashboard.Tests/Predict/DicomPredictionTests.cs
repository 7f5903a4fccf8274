using System.Text;
using FractureDashboard.ML.Evaluation;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Runtime;
using FractureDashboard.ML.Weights;
using FractureDashboard.Tests.ML.Imaging;
using Microsoft.EntityFrameworkCore;
using NetVips;

namespace FractureDashboard.Tests.Predict;

public sealed class DicomPredictionTests
{
    private const int Size = 64;

    public DicomPredictionTests() => Assert.SkipUnless(new DicomTools().AreInstalled, DicomTools.Missing);

    [Fact]
    public async Task Only_the_picture_of_a_DICOM_file_is_kept_and_no_byte_of_the_patient()
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        var content = Dicoms.Grey8(Pictures.Grey(120, 80)).Patient("ZWETSCHGENBAUM^ADALBERT", "PAT-778899", "19550607").File();
        Assert.True(content.AsSpan().IndexOf("ZWETSCHGENBAUM"u8) > 0);

        var stored = (await stage.AnswerAsync(content, run.Id, "Zwetschgenbaum_hand.dcm")).Stored;
        await using (var db = await stage.DatabaseAsync())
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        Assert.Equal((ImageFormat.Dicom, 120, 80, (long)content.Length), (stored.Format, stored.Width, stored.Height, stored.Bytes));
        Assert.Equal(DicomConverter.NeutralName, stored.FileName);
        Assert.Equal(ImageFormat.Png, ImageFormats.Sniff(await File.ReadAllBytesAsync(stage.Archive.OriginalPath(stored.ContentHash))));
        Assert.Equal(3, stage.Files().Count);
        foreach (var path in Directory.EnumerateFiles(stage.Paths.Root, "*", SearchOption.AllDirectories))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.Latin1);
            var text = await reader.ReadToEndAsync();
            Assert.All(["zwetschgenbaum", "adalbert", "778899", "19550607", "DICM"], secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task Another_model_can_be_asked_about_the_picture_and_it_still_says_where_it_came_from()
    {
        await using var stage = await PredictStage.OpenAsync();
        var first = (await stage.AnswerAsync(Dicoms.Grey8(Pictures.Grey()).File(), (await stage.AddRunAsync("One")).Id, "a.dcm")).Stored;

        var again = await stage.Service.PredictAgainAsync(first.Id, (await stage.AddRunAsync("Two")).Id, 0.5, CancellationToken.None);

        Assert.Equal((ImageFormat.Dicom, first.Bytes, first.ContentHash), (again.Result!.Stored.Format, again.Result.Stored.Bytes, again.Result.Stored.ContentHash));
    }

    [Fact]
    public async Task A_picture_scores_the_same_as_PNG_TIFF_BMP_and_DICOM()
    {
        Assert.SkipUnless(Engine.Status.IsAvailable, Engine.Status.Problem ?? "");
        var picture = Pictures.Grey(301, 203);
        var wide = Array.ConvertAll(picture.Pixels, p => (ushort)(p * 257));

        var scores = await ScoresAsync(new()
        {
            ["png"] = Pictures.Encode(picture, ImageFormat.Png),
            ["tiff"] = Pictures.Encode(picture, ImageFormat.Tiff),
            ["bmp"] = Pictures.Encode(picture, ImageFormat.Bmp),
            ["png, 16 bits"] = Wide(picture, i => i.PngsaveBuffer(bitdepth: 16)),
            ["tiff, 16 bits"] = Wide(picture, i => i.TiffsaveBuffer()),
            ["dicom"] = Dicoms.Grey8(picture).File(),
            ["dicom, zero is white"] = Dicoms.Grey8(picture with { Pixels = Array.ConvertAll(picture.Pixels, p => (byte)(255 - p)) }, "MONOCHROME1").File(),
            ["dicom, 16 bits"] = Dicoms.Grey16(picture.Width, picture.Height, wide).Window(32_768, 65_536).File(),
        });

        Assert.All(scores, s => Assert.True(Math.Abs(s.Value - scores["png"]) < 1e-3, $"{s.Key} {s.Value}, png {scores["png"]}"));

        // Another picture scores otherwise, or equal scores would mean nothing.
        var other = await ScoresAsync(new() { ["other"] = Pictures.Encode(Pictures.Flat(301, 203, 90), ImageFormat.Png) });
        Assert.True(Math.Abs(other["other"] - scores["png"]) > 1e-3);
    }

    // What the service hands to a model, scored by a real network.
    private static async Task<Dictionary<string, float>> ScoresAsync(Dictionary<string, byte[]> files)
    {
        await using var stage = await PredictStage.OpenAsync();
        var run = await stage.AddRunAsync();
        var weights = Path.Combine(stage.Paths.Root, "weights.safetensors");
        using (var network = Networks.Create("baseline-cnn", new ModelInput(Size), seed: 5))
        {
            ModelWeights.Save(network, weights, "baseline-cnn", Size);
        }

        using var predictor = await Predictor.LoadAsync("baseline-cnn", weights, new ModelInput(Size), "cpu", CancellationToken.None);
        var scores = new Dictionary<string, float>();
        foreach (var (name, content) in files)
        {
            await stage.AnswerAsync(content, run.Id, name);
            scores[name] = await predictor.PredictAsync(stage.Loader.Loaded.Single().Asked!, CancellationToken.None);
        }

        return scores;
    }

    private static byte[] Wide(PixelImage picture, Func<Image, byte[]> save)
    {
        using var image = Pictures.ToVips(picture);
        using var wide = image.Linear([257.0], [0.0]).Cast(Enums.BandFormat.Ushort);
        using var grey = wide.Copy(interpretation: Enums.Interpretation.Grey16);
        return save(grey);
    }
}
