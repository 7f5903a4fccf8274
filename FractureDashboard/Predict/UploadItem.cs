namespace FractureDashboard.Predict;

/// <summary>A file as the browser describes it before sending it; none of it is to be trusted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ChosenFile(string Name, long Bytes);

/// <summary>A chosen file and what became of it.</summary>
/// <param name="name">Its name, fit to be shown.</param>
internal sealed class UploadItem(string name)
{
    public string Name { get; } = name;

    /// <summary>True from the first byte to the answer.</summary>
    public bool IsSending { get; set; }

    /// <summary>Share sent, 0 to 1.</summary>
    public double Sent { get; set; }

    /// <summary>The stored answer; null while there is none.</summary>
    public int? PredictionId { get; set; }

    /// <summary>P(fractured), once answered.</summary>
    public double Score { get; set; }

    /// <summary>What was wrong and what to do; null while nothing is.</summary>
    public string? Error { get; set; }

    public bool IsDone => PredictionId is not null || Error is not null;

    public string State => this switch
    {
        { Error: not null } => "no answer",
        { IsSending: true, Sent: >= 1 } => "answering",
        { IsSending: true } => $"sending, {Sent * 100:0} %",
        _ => "waiting",
    };
}
