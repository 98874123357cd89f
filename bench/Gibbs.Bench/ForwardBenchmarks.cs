using BenchmarkDotNet.Attributes;

using Gibbs.Cpu;

namespace Gibbs.Bench;

/// <summary>Loss without gradient against its limit, a read of the logits by the same threads: the ratio column is the reciprocal of the fraction reached.</summary>
[MemoryDiagnoser]
[GenericTypeArguments(typeof(float), typeof(float))]
[GenericTypeArguments(typeof(BFloat16), typeof(float))]
[GenericTypeArguments(typeof(double), typeof(double))]
public class ForwardBenchmarks<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    private Logits<T> _logits = null!;

    [Params("1024x32000", "4096x1000", "65536x10")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        string[] sides = Shape.Split('x');
        _logits = new(int.Parse(sides[0], null), int.Parse(sides[1], null));
    }

    [Benchmark(Baseline = true)]
    public long Read() => CpuBandwidth.Read<T>(_logits.Values);

    [Benchmark]
    public double Loss() => CpuCrossEntropy.Compute<T, TReal>(_logits.Values, _logits.Targets, default, default, default).Loss;

    [Benchmark]
    public double LossWithEntropyBonus() => CpuCrossEntropy.Compute<T, TReal>(_logits.Values, _logits.Targets, default, new() { EntropyWeight = 0.01 }, default).Loss;

    [Benchmark]
    public double LossWithSoftcap() => CpuCrossEntropy.Compute<T, TReal>(_logits.Values, _logits.Targets, default, new() { Softcap = 30 }, default).Loss;
}
