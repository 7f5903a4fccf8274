using FractureDashboard.Cli;

return await CommandLine.RunAsync(args);
