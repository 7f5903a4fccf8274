using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FractureDashboard.ML.Models;

/// <summary>Pieces that the networks share.</summary>
internal static class Layers
{
    /// <summary>A convolution without bias that keeps the side at stride 1; a batch norm follows and has the bias.</summary>
    public static Conv2d Convolution(int from, int to, int kernel, int stride = 1, int groups = 1) =>
        Conv2d(from, to, kernel, stride, padding: (kernel - 1) / 2, groups: groups, bias: false);

    /// <summary>The same values in channels-last memory, in which convolutions of several channels are fastest.</summary>
    /// <param name="x">[B, C, H, W] in any layout.</param>
    /// <returns>A view where it is channels-last already.</returns>
    public static Tensor ChannelsLast(Tensor x)
    {
        var (batch, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);

        // With one channel both layouts have the same bytes; the view names the strides so that the engine sees channels-last.
        return x.permute(0, 2, 3, 1).contiguous().view(batch, height, width, channels).permute(0, 3, 1, 2);
    }

    /// <summary>
    /// Each image minus its mean, divided by its standard deviation (of the population, over all channels) plus 0.05, so
    /// that an image of one colour is not divided by zero.
    /// </summary>
    /// <param name="x">[B, C, S, S], float in [0, 1].</param>
    /// <returns>[B, C, S, S], channels-last.</returns>
    public static Tensor Standardize(Tensor x)
    {
        long[] image = [1, 2, 3];
        var mean = x.mean(image, keepdim: true);
        var deviation = x.std(image, unbiased: false, keepdim: true);

        // A sum of its own: the gradient of the deviation, which explanations want, needs the deviation as it was.
        return ChannelsLast(x.sub(mean).div_(deviation.add(0.05)));
    }

    /// <summary>Channels repeated to three where there is one, and normalised as for torchvision's ImageNet weights.</summary>
    /// <param name="x">[B, 1 or 3, S, S], float in [0, 1].</param>
    /// <returns>[B, 3, S, S], channels-last.</returns>
    public static Tensor NormalizeImageNet(Tensor x)
    {
        var mean = tensor(ImageNetMean, device: x.device).view(1, 3, 1, 1);
        var deviation = tensor(ImageNetDeviation, device: x.device).view(1, 3, 1, 1);
        return ChannelsLast(x.expand(-1, 3, -1, -1).sub(mean).div_(deviation));
    }

    private static readonly float[] ImageNetMean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] ImageNetDeviation = [0.229f, 0.224f, 0.225f];
}
