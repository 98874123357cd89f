using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>Sums of many equal terms, where every rounding goes the same way: the loss keeps its bound all the same.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class LongSumTests(string device)
{
    private static readonly int[] s_types = [0, 1, 2, 3];
    private static readonly int[] s_columns = [511, 1024, 2047, 4097, 32000, 65537];

    [Test]
    public void UniformSoftTargets([ValueSource(nameof(s_types))] int t, [ValueSource(nameof(s_columns))] int n)
    {
        ElementType type = (ElementType)t;
        foreach (double share in new[] { 1.0 / n, 1.1 / n, 1.3 / n, 1.7 / n })
            Run(Cases.Soft(type, 1, n, (_, _) => 0.3, (_, _) => share));
    }

    [Test]
    public void FlatRows([ValueSource(nameof(s_types))] int t, [ValueSource(nameof(s_columns))] int n)
    {
        ElementType type = (ElementType)t;
        foreach (double below in new[] { 0.1, 0.37, 1.9, 7.3 })
        {
            CrossEntropyCase c = Cases.Hard(type, n, (_, j) => j == 2 ? 0 : -below, 5) with { Outputs = Output.All & ~Output.Statistics };
            Run(c with { Options = new() { Reduction = Reduction.Sum, EntropyWeight = 0.5, LabelSmoothing = 0.3, MaxSuppression = 0.3, LogitPenalty = 1e-3, LogitPenaltyCenter = 0.7 } });
            Run(c with { ClassWeights = Cases.Fill(type.Real(), 1, n, (_, _) => 1.1), Options = new() { Reduction = Reduction.Sum, LabelSmoothing = 0.9 } });
        }
    }

    private void Run(CrossEntropyCase c) => CaseAssert.Conforms(TestDevices.Get(device), c with { Outputs = c.Outputs & ~Output.Statistics });
}
