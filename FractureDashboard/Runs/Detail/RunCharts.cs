namespace FractureDashboard.Runs.Detail;

/// <summary>The charts of each view of a run.</summary>
internal static class RunCharts
{
    private const double Gibibyte = 1L << 30;

    public static IReadOnlyList<RunChart> Of(RunViewKind view) => view switch
    {
        RunViewKind.Optimisation => Optimisation,
        RunViewKind.Performance => Performance,
        RunViewKind.Histograms => [],
        _ => Overview,
    };

    private static IReadOnlyList<RunChart> Overview { get; } =
    [
        RunChart.OverSteps("steps", "Loss per step", "Training loss per optimizer step", [new("loss (nats)", s => s.Loss)]),
        RunChart.OverEpochs("loss", "Loss per epoch", "Training and validation loss per epoch", [new("train", e => e.TrainLoss), new(RunChart.Validation, e => e.ValidationLoss)], isShare: false),
        RunChart.OverEpochs("accuracy", "Accuracy per epoch", "Training and validation accuracy per epoch", [new("train", e => e.TrainAccuracy), new(RunChart.Validation, e => e.ValidationAccuracy)], isShare: true),
        RunChart.OverEpochs("auc", "AUC per epoch", "Area under the ROC curve on the validation images per epoch", [new(RunChart.Validation, e => e.ValidationAuc)], isShare: true),
    ];

    private static IReadOnlyList<RunChart> Optimisation { get; } =
    [
        RunChart.OverSteps("rate", "Learning rate per step", "Learning rate per optimizer step", [new("learning rate", s => s.LearningRate)]),

        // A batch that only accumulates has no norm of its own.
        RunChart.OverSteps("gradient", "Gradient norm per step, before clipping", "Euclidean norm of the gradients per optimizer step", [new("gradient norm", s => s.GradientNorm > 0 ? s.GradientNorm : null)]),
    ];

    private static IReadOnlyList<RunChart> Performance { get; } =
    [
        RunChart.OverSteps("speed", "Images per second", "Training images per second at each step", [new("images/s", s => s.ImagesPerSecond)]),
        RunChart.OverSteps(
            "times",
            "Where a step's time goes (ms)",
            "Milliseconds of each step for data, forward pass, backward pass and optimizer, standing on one another",
            [
                new("data", s => 1000 * s.DataSeconds), new("forward", s => 1000 * s.ForwardSeconds),
                new("backward", s => 1000 * s.BackwardSeconds), new("optimizer", s => 1000 * s.OptimizerSeconds),
            ],
            stacked: true),
        RunChart.OverSteps("memory", "Memory of the process (GiB)", "Resident memory of the process at each step, in gibibytes", [new("GiB", s => s.ProcessBytes > 0 ? s.ProcessBytes / Gibibyte : null)]),
    ];
}

/// <summary>The views of a run's page.</summary>
public enum RunViewKind
{
    /// <summary>Results and the curves that tell them.</summary>
    Overview,

    /// <summary>Learning rate and gradients.</summary>
    Optimisation,

    /// <summary>Speed, time and memory.</summary>
    Performance,

    /// <summary>Distributions of weights and activations.</summary>
    Histograms,
}
