namespace FractureDashboard.ML.Explanation;

/// <summary>How a heat map is made. All explain the logit of P(fractured).</summary>
public enum ExplanationMethod
{
    /// <summary>Grad-CAM (Selvaraju et al., ICCV 2017): the last convolutional map, its channels weighted by their mean gradient.</summary>
    GradCam = 0,

    /// <summary>Grad-CAM++ (Chattopadhay et al., WACV 2018): weights that do not favour large regions; better where there are several.</summary>
    GradCamPlusPlus = 1,

    /// <summary>Occlusion sensitivity (Zeiler and Fergus, ECCV 2014): how far the logit falls when a patch is covered.</summary>
    Occlusion = 2,

    /// <summary>Integrated gradients (Sundararajan et al., ICML 2017): pixel by pixel; adds up to the logit's difference from a reference image.</summary>
    IntegratedGradients = 3,
}

/// <summary>Names of the methods for people.</summary>
public static class ExplanationMethods
{
    /// <summary>All methods, the quickest first.</summary>
    public static IReadOnlyList<ExplanationMethod> All { get; } = Enum.GetValues<ExplanationMethod>();

    /// <summary>A method's name.</summary>
    /// <param name="method">The method.</param>
    /// <returns>E.g. <c>Grad-CAM++</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such method.</exception>
    public static string Title(this ExplanationMethod method) => method switch
    {
        ExplanationMethod.GradCam => "Grad-CAM",
        ExplanationMethod.GradCamPlusPlus => "Grad-CAM++",
        ExplanationMethod.Occlusion => "Occlusion",
        ExplanationMethod.IntegratedGradients => "Integrated gradients",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "There is no such method."),
    };

    /// <summary>What a method's colours mean, in a sentence.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The sentence.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such method.</exception>
    public static string Meaning(this ExplanationMethod method) => method switch
    {
        ExplanationMethod.GradCam => "Bright where the network's last feature map speaks for a fracture.",
        ExplanationMethod.GradCamPlusPlus => "Bright where the network's last feature map speaks for a fracture, small places counted like large ones.",
        ExplanationMethod.Occlusion => "Bright where covering the picture makes the model less sure of a fracture.",
        ExplanationMethod.IntegratedGradients => "Bright where pixels, compared with a picture without detail, raise the score.",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "There is no such method."),
    };
}
