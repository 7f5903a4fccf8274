using FractureDashboard.ML.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FractureDashboard.ML.Training;

/// <summary>A network with all that changes it: optimizer, weight average, and which of its parts may learn at what rate.</summary>
internal sealed class Learner : IDisposable
{
    /// <summary>Keras' default; the engine's own is 1e-8.</summary>
    public const double KerasAdamEpsilon = 1e-7;

    private readonly TrainingOptions options;
    private readonly (string Name, Parameter Value, bool IsHead)[] parameters;
    private readonly List<(optim.ILearningRateController Group, bool IsHead)> groups;
    private readonly MixedPrecision? mixed;

    /// <summary>Builds the network with its initial weights.</summary>
    /// <param name="options">Validated options.</param>
    /// <param name="device">Where it learns.</param>
    public Learner(TrainingOptions options, Device device)
    {
        this.options = options;
        Network = Networks.Create(options.Model, options.Input, options.Seed);

        // First the device, then the optimizer: moving replaces the parameters it holds on to.
        Network.to(device);
        parameters = [.. Network.named_parameters().Select(p => (p.name, p.parameter, Networks.IsHead(options.Model, p.name)))];
        (Optimizer, var heads) = MakeOptimizer();
        groups = [.. Optimizer.ParamGroups.Zip(heads)];
        Average = options.Optimizer.EmaDecay > 0 ? new WeightAverage(Network, options.Optimizer.EmaDecay) : null;
        mixed = options.Precision == Precision.Mixed ? new MixedPrecision(Network, options, device) : null;
    }

    /// <summary>[B, C, S, S] to logits [B], in 32 bits.</summary>
    public nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>Its optimizer.</summary>
    public optim.Optimizer Optimizer { get; }

    /// <summary>The average of its weights, when asked for.</summary>
    public WeightAverage? Average { get; private set; }

    /// <summary>The head's learning rate as last set.</summary>
    public double LearningRate { get; private set; }

    /// <summary>Parameters that learn at some time.</summary>
    public long ParameterCount => parameters.Sum(p => p.Value.numel());

    /// <summary>Starts the average anew from the network's weights, which were replaced.</summary>
    public void RestartAverage()
    {
        if (Average is not null)
        {
            Average.Dispose();
            Average = new WeightAverage(Network, options.Optimizer.EmaDecay);
        }
    }

    /// <summary>The pass of a training step, in the precision of the options.</summary>
    /// <param name="x">[B, C, S, S], float in [0, 1].</param>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">Within the epoch, from 0.</param>
    /// <returns>Logits [B], float, in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor x, int epoch, int step)
    {
        if (mixed is not null)
        {
            return mixed.Forward(x, Begin);
        }

        Begin(Network);
        return Network.call(x);

        void Begin(nn.Module network) => (network as IStochasticNetwork)?.BeginStep(options.Seed, epoch, step);
    }

    /// <summary>Computes the gradients of a loss and adds them to those gathered.</summary>
    /// <param name="loss">A scalar that came of the last <see cref="Forward"/>.</param>
    public void Backward(Tensor loss)
    {
        loss.backward();
        mixed?.Return();
    }

    /// <summary>Readies the network for the steps of an epoch.</summary>
    /// <param name="epoch">From 1.</param>
    public void BeginEpoch(int epoch)
    {
        Network.train();
        var frozen = epoch <= options.FineTuning.FrozenEpochs;
        foreach (var (_, value, isHead) in parameters)
        {
            value.requires_grad = isHead || !frozen;
        }

        if (frozen)
        {
            // A frozen norm must not go on collecting statistics either.
            foreach (var norm in Network.modules().OfType<BatchNorm2d>())
            {
                norm.eval();
            }
        }

        mixed?.Follow(Network);
    }

    /// <summary>Sets the rate of the next step.</summary>
    /// <param name="rate">The head's; the backbone's follows.</param>
    public void SetRate(double rate)
    {
        LearningRate = rate;
        foreach (var (group, isHead) in groups)
        {
            group.LearningRate = isHead ? rate : rate * options.FineTuning.BackboneRate;
        }
    }

    /// <summary>Clips the gathered gradients, steps, and clears them.</summary>
    /// <returns>The gradients' norm before clipping, a scalar on the device, in the caller's dispose scope.</returns>
    public Tensor Step()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var gradients = parameters.Select(p => p.Value.grad).OfType<Tensor>().ToArray();
        var norm = stack(gradients.Select(g => g.norm())).norm();
        if (options.Optimizer.ClipNorm > 0)
        {
            var factor = (options.Optimizer.ClipNorm / (norm + 1e-6)).clamp_max(1);
            foreach (var gradient in gradients)
            {
                gradient.mul_(factor);
            }
        }

        Optimizer.step();
        Optimizer.zero_grad();
        Average?.Update();
        return norm.MoveToOuterDisposeScope();
    }

    /// <summary>Until disposed, the network has the weights to judge and to keep: the average, or its own.</summary>
    public IDisposable? Judged() => Average?.Applied();

    /// <inheritdoc />
    public void Dispose()
    {
        mixed?.Dispose();
        Average?.Dispose();
        Optimizer.Dispose();
        Network.Dispose();
    }

    // Biases and norms are spared the decay, which would only pull them to nothing.
    private (optim.Optimizer Optimizer, List<bool> Heads) MakeOptimizer()
    {
        var sets = parameters.GroupBy(p => (p.IsHead, Decays: options.Optimizer.WeightDecay > 0 && p.Value.dim() > 1)).Select(g => (g.Key, Parameters: g.Select(p => p.Value).ToArray())).ToList();
        var rate = options.LearningRate;
        optim.Optimizer optimizer = options.Optimizer.Kind switch
        {
            OptimizerKind.AdamW => optim.AdamW(sets.Select(s => new AdamW.ParamGroup(s.Parameters, new AdamW.Options { weight_decay = Decay(s.Key.Decays) })), rate),
            OptimizerKind.Sgd => optim.SGD(
                sets.Select(s => new SGD.ParamGroup(s.Parameters, new SGD.Options { weight_decay = Decay(s.Key.Decays) })), rate, options.Optimizer.Momentum, nesterov: options.Optimizer.Momentum > 0),
            _ => optim.Adam(sets.Select(s => new Adam.ParamGroup(s.Parameters, new Adam.Options { weight_decay = Decay(s.Key.Decays) })), rate, eps: KerasAdamEpsilon),
        };
        return (optimizer, sets.ConvertAll(s => s.Key.IsHead));

        double Decay(bool decays) => decays ? options.Optimizer.WeightDecay : 0;
    }
}
