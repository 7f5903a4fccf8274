using FractureDashboard.ML.Datasets;

namespace FractureDashboard.Storage;

/// <summary>The threshold at which a run's model shall call an image fractured; one a run.</summary>
public sealed class ChosenThreshold
{
    public int RunId { get; set; }

    /// <summary>Scores at or above it are called fractured; 0 to 1.</summary>
    public double Threshold { get; set; }

    /// <summary>How it was chosen, in words: a rule, or by hand.</summary>
    public required string Rule { get; set; }

    /// <summary>On which images, in words.</summary>
    public required string ChosenOn { get; set; }

    /// <summary>True when test results were on the page as it was chosen: they are then no longer independent of the choice.</summary>
    public bool TestWasShown { get; set; }

    /// <summary>What logits are divided by so that scores can be read as probabilities, fitted on the same images; null where none could be fitted.</summary>
    public double? Temperature { get; set; }

    /// <summary>SHA-256 of the weights that it belongs to.</summary>
    public required string WeightsHash { get; set; }

    public DateTime ChosenUtc { get; set; }
}

/// <summary>How test results left the program.</summary>
public enum TestLookKind
{
    /// <summary>A page showed them.</summary>
    Page = 0,

    /// <summary>A file with them was downloaded.</summary>
    File = 1,
}

/// <summary>One time that a run's results on test images were shown. Kept when the evaluation goes: what was seen stays seen.</summary>
public sealed class TestLook
{
    public int Id { get; set; }

    public int RunId { get; set; }

    /// <summary>The evaluation, which may be gone.</summary>
    public int EvaluationId { get; set; }

    public TestLookKind Kind { get; set; }

    public DateTime AtUtc { get; set; }
}

/// <summary>An image whose label a user doubts. Every scan reports it, until the mark is taken back or the label is changed.</summary>
public sealed class LabelMark
{
    public int Id { get; set; }

    public int DatasetId { get; set; }

    public required string RelativePath { get; set; }

    public required string ContentHash { get; set; }

    /// <summary>The label that is doubted.</summary>
    public Label Label { get; set; }

    /// <summary>What a finding says of it, a sentence for people.</summary>
    public required string Evidence { get; set; }

    /// <summary>The probability that a model gave the other class, 0 to 1.</summary>
    public double Score { get; set; }

    public DateTime CreatedUtc { get; set; }
}
