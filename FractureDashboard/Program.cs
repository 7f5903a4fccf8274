using FractureDashboard.Cli;
using FractureDashboard.ML.Runtime;

NativeHeap.Prepare();
return await CommandLine.RunAsync(args);
