using BenchmarkDotNet.Attributes;

using Gibbs.Cpu;

namespace Gibbs.Bench;

/// <summary>Loss and gradient in one pass against its limit, the fastest copy of the same bytes by the same threads.</summary>
[MemoryDiagnoser]
[GenericTypeArguments(typeof(float), typeof(float))]
[GenericTypeArguments(typeof(BFloat16), typeof(float))]
[GenericTypeArguments(typeof(double), typeof(double))]
public class GradientBenchmarks<T, TReal>
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

    [Benchmark]
    public void CopyPlain() => CpuBandwidth.Copy<T>(_logits.Values, _logits.Gradient, CopyKind.Plain);

    [Benchmark(Baseline = true)]
    public void CopyStreaming() => CpuBandwidth.Copy<T>(_logits.Values, _logits.Gradient, CopyKind.Streaming);

    [Benchmark]
    public double LossAndGradient() => CpuCrossEntropy.Compute<T, TReal>(_logits.Values, _logits.Targets, new() { Gradient = _logits.Gradient }, default, default).Loss;

    [Benchmark]
    public double LabelSmoothing() =>
        CpuCrossEntropy.Compute<T, TReal>(_logits.Values, _logits.Targets, new() { Gradient = _logits.Gradient }, new() { LabelSmoothing = 0.1 }, default).Loss;

    // The gradient of the last turn's gradient: other values, the same work.
    [Benchmark]
    public double InPlace() => CpuCrossEntropy.Compute<T, TReal>(_logits.Gradient, _logits.Targets, new() { Gradient = _logits.Gradient }, default, default).Loss;
}
