using BenchmarkDotNet.Running;

// dotnet run -c Release --project bench/Gibbs.Bench -- --filter '*Forward*'
BenchmarkSwitcher.FromAssembly(typeof(Gibbs.Bench.Logits<float>).Assembly).Run(args);
