using System.Globalization;
using System.Text.RegularExpressions;

namespace FractureDashboard.ML.Runtime;

/// <summary>The devices a run can be placed on.</summary>
public static partial class ComputeDevices
{
    /// <summary>Lets the engine choose: the first CUDA device, otherwise the CPU.</summary>
    public const string Auto = "auto";

    /// <summary>The processor.</summary>
    public const string Cpu = "cpu";

    /// <summary>True for <c>auto</c>, <c>cpu</c> and <c>cuda:N</c>, whether or not the device exists here.</summary>
    /// <param name="device">A device name.</param>
    /// <returns>Whether it is well formed.</returns>
    public static bool IsWellFormed(string device) => device is Auto or Cpu || CudaPattern().IsMatch(device);

    /// <summary>The devices of this machine: <c>auto</c>, <c>cpu</c> and each <c>cuda:N</c> the engine sees.</summary>
    /// <returns>Device names, for a choice in a form.</returns>
    public static IReadOnlyList<string> Available()
    {
        var devices = new List<string> { Auto, Cpu };
        if (Engine.Status.IsAvailable)
        {
            for (var i = 0; i < Engine.Status.CudaDevices; i++)
            {
                devices.Add(string.Create(CultureInfo.InvariantCulture, $"cuda:{i}"));
            }
        }

        return devices;
    }

    [GeneratedRegex("^cuda:[0-9]{1,2}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex CudaPattern();
}
