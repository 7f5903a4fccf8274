using System.Globalization;
using FractureDashboard.ML.Imaging;
using FractureDashboard.ML.Models;
using FractureDashboard.ML.Preprocessing;

namespace FractureDashboard.ML.Weights;

/// <summary>A Python program that scores an image with a model's weights: numpy, torch and Pillow, nothing of this program.</summary>
public static class PythonSnippet
{
    /// <summary>Writes the program.</summary>
    /// <param name="model">A key of <see cref="ModelRegistry"/>.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="preprocessing">How its training images were prepared.</param>
    /// <returns>Python source. As a module it offers <c>load_network(path)</c>, <c>read_image(path)</c> and <c>Network</c>.</returns>
    /// <exception cref="ArgumentException">There is no such model.</exception>
    public static string For(string model, ModelInput input, PreprocessingOptions preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        return Program
            .Replace("$TITLE$", ModelRegistry.Get(model).Title, StringComparison.Ordinal)
            .Replace("$SIZE$", input.ImageSize.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("$CHANNELS$", input.Channels.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("$MODE$", input.Channels == 1 ? "L" : "RGB", StringComparison.Ordinal)
            .Replace("$RESIZE$", preprocessing.Fit == FitMode.Letterbox ? Letterbox : Stretch, StringComparison.Ordinal)
            .Replace("$CLAHE$", preprocessing.Clahe ? Clahe : "", StringComparison.Ordinal)
            .Replace("$NETWORK$", PythonNetworks.Of(model, input), StringComparison.Ordinal);
    }

    private const string Stretch = "image = image.resize((SIZE, SIZE), Image.LANCZOS)";
    private const string Letterbox = "image = ImageOps.pad(image, (SIZE, SIZE), method=Image.LANCZOS, color=0)";

    private const string Clahe = """

            # This model was trained on images whose local contrast was equalised (CLAHE) before scaling.
            # Do the same here, or the scores will not be those of the dashboard.
        """;

    private const string Program = """
        # $TITLE$: P(fractured) of one image.
        # Usage: python3 score.py image.png    Needs Python 3.9 or later with numpy, torch and Pillow.
        import json
        import struct
        import sys

        import numpy as np
        import torch
        import torch.nn.functional as F
        from torch import nn

        WEIGHTS = "weights.safetensors"
        SIZE = $SIZE$  # side of the input in pixels
        CHANNELS = $CHANNELS$


        $NETWORK$


        def read_safetensors(path):
            # An 8-byte length, a JSON header, then the arrays, little-endian.
            with open(path, "rb") as file:
                (length,) = struct.unpack("<Q", file.read(8))
                header = json.loads(file.read(length))
                data = file.read()
            header.pop("__metadata__", None)
            types = {"F32": "<f4", "I64": "<i8"}
            arrays = {}
            for name, entry in header.items():
                start, end = entry["data_offsets"]
                array = np.frombuffer(data[start:end], dtype=types[entry["dtype"]])
                arrays[name] = torch.from_numpy(array.reshape(entry["shape"]).copy())
            return arrays


        def load_network(path=WEIGHTS):
            network = Network()
            network.load_state_dict(read_safetensors(path))
            return network.eval()


        def read_image(path):
            # [1, CHANNELS, SIZE, SIZE], float in [0, 1]; the network normalises by itself. The dashboard resizes with
            # libvips, so that images of another size may score slightly differently here.
            from PIL import Image, ImageOps

            image = ImageOps.exif_transpose(Image.open(path)).convert("$MODE$")$CLAHE$
            $RESIZE$
            pixels = np.asarray(image, dtype=np.float32) / 255
            return torch.from_numpy(pixels.reshape(1, SIZE, SIZE, CHANNELS)).permute(0, 3, 1, 2)


        if __name__ == "__main__":
            with torch.no_grad():
                logit = load_network()(read_image(sys.argv[1]))
            print(f"P(fractured) = {torch.sigmoid(logit).item():.4f}")

        """;
}
