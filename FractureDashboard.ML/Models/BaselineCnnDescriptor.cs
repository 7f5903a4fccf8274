namespace FractureDashboard.ML.Models;

/// <summary>Facts of the reference notebook's network, usable without the native engine.</summary>
internal static class BaselineCnnDescriptor
{
    public const string Name = "baseline-cnn";

    public static ModelDescriptor Instance { get; } = new(
        Name,
        "Baseline CNN (notebook)",
        "Two blocks of two 3x3 convolutions (10 filters, ReLU) and a 2x2 max pooling, then one dense unit: the reference notebook's network.",
        MinimumImageSize: 32,
        Cost);

    /// <summary>Side of the last feature map: each block takes 4 pixels (two unpadded 3x3 convolutions), then halves.</summary>
    public static int FeatureSide(int imageSize) => (((imageSize - 4) / 2) - 4) / 2;

    private static ModelCost Cost(ModelInput input)
    {
        const long filters = 10;
        long parameters = 0, multiplyAdds = 0, values = 0;
        long side = input.ImageSize, channels = input.Channels;
        for (var convolution = 1; convolution <= 4; convolution++)
        {
            side -= 2;
            parameters += (9 * channels * filters) + filters;
            multiplyAdds += 9 * channels * filters * side * side;
            values += filters * side * side;
            channels = filters;
            if (convolution % 2 == 0)
            {
                // Pooling keeps its output and, as 64-bit numbers, where each maximum stood.
                side /= 2;
                values += 3 * filters * side * side;
            }
        }

        var features = filters * side * side;
        return new ModelCost(parameters + features + 1, multiplyAdds + features, 4 * values);
    }
}
