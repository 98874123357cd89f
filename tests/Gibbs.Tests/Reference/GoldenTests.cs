using System;
using System.Collections.Generic;
using System.Linq;

using NUnit.Framework;

namespace Gibbs.Tests.Reference;

/// <summary>The reference gives PyTorch's numbers where PyTorch has the option, and autograd's of the written formula elsewhere.</summary>
[TestFixture]
[Category("Cpu")]
public sealed class GoldenTests
{
    private const int Rows = 4;
    private const int Columns = 6;

    private static readonly double[] s_classWeights = [0.5, 1, 2, 0, 1.5, 0.75];
    private static readonly double[] s_rowWeights = [1, 2, 0.5, 1.25];
    private static readonly long[] s_targets = [2, -100, 5, 0];

    public static IEnumerable<string> Names => GoldenValues.All.Select(g => g.Name);

    [TestCaseSource(nameof(Names))]
    public void Matches(string name)
    {
        GoldenValues.Golden golden = GoldenValues.All.Single(g => g.Name == name);
        ReferenceBatch batch = ReferenceBatch.Compute(Problem(name));
        Assert.That(batch.Loss, Is.EqualTo(golden.Loss).Within(1e-14 * Math.Abs(golden.Loss)));
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
                Assert.That(batch.Gradient(i, j), Is.EqualTo(golden.Gradient[(i * Columns) + j]).Within(1e-14), $"gradient [{i}, {j}]");
        }
    }

    private static ReferenceProblem Problem(string name)
    {
        bool soft = name.StartsWith("soft targets", StringComparison.Ordinal), everything = name.StartsWith("everything", StringComparison.Ordinal);
        CrossEntropyOptions options = name switch
        {
            "smoothing and class weights, mean" => new() { LabelSmoothing = 0.3 },
            "smoothing, sum" => new() { LabelSmoothing = 0.1, Reduction = Reduction.Sum },
            "soft targets, weights, smoothing, mean" => new() { LabelSmoothing = 0.2 },
            "everything, mean" => new()
            {
                LabelSmoothing = 0.1,
                Softcap = 5,
                Temperature = 0.7,
                ZLoss = 0.01,
                EntropyWeight = 0.3,
                MaxSuppression = 0.2,
                LogitPenalty = 0.1,
                LogitPenaltyCenter = 0.5,
            },
            "focal" => new() { TargetLoss = TargetLoss.Focal, TargetLossParameter = 2, Reduction = Reduction.Sum },
            "poly1" => new() { TargetLoss = TargetLoss.Poly1, TargetLossParameter = 1.5, Reduction = Reduction.Sum },
            "comp-sum" => new() { TargetLoss = TargetLoss.CompSum, TargetLossParameter = 1.7, Reduction = Reduction.Sum },
            _ => default,
        };
        return new()
        {
            Rows = Rows,
            Columns = Columns,
            Logits = Grid((i, j) => (((7 * i) + (13 * j)) % 23 / 4.0) - 2.5),
            Targets = soft ? null : s_targets,
            SoftTargets = soft ? Grid((i, j) => ((5 * i) + (3 * j)) % 7 / 16.0) : null,
            ClassWeights = everything || name.Contains("weights", StringComparison.Ordinal) ? s_classWeights : null,
            RowWeights = everything ? s_rowWeights : null,
            Options = options,
        };
    }

    private static double[] Grid(Func<int, int, double> value) =>
        [.. Enumerable.Range(0, Rows * Columns).Select(k => value(k / Columns, k % Columns))];
}
