namespace FractureDashboard.Runs;

/// <summary>At start, removes what an interrupted deletion left behind.</summary>
/// <param name="deletion">Removes it.</param>
internal sealed class RunSweep(RunDeletion deletion) : BackgroundService
{
    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => deletion.SweepAsync(stoppingToken);
}
