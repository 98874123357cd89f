using System;

namespace Gibbs.Tests.Harness;

/// <summary>Small float64 cases whose loss is smooth where they are: finite logits apart from each other, each option alone, then random combinations.</summary>
internal static class DifferentiableCases
{
    private static readonly CrossEntropyOptions[] s_alone =
    [
        default,
        new() { LabelSmoothing = 0.2 },
        new() { ZLoss = 0.05 },
        new() { Softcap = 2 },
        new() { Temperature = 0.6 },
        new() { EntropyWeight = 0.7 },
        new() { EntropyWeight = -0.4 },
        new() { MaxSuppression = 0.3 },
        new() { LogitPenalty = 0.2, LogitPenaltyCenter = 0.4 },
        new() { TargetLoss = TargetLoss.Focal, TargetLossParameter = 2 },
        new() { TargetLoss = TargetLoss.Focal, TargetLossParameter = 0.5 },
        new() { TargetLoss = TargetLoss.Poly1, TargetLossParameter = 1.5 },
        new() { TargetLoss = TargetLoss.Poly1, TargetLossParameter = -0.5 },
        new() { TargetLoss = TargetLoss.CompSum, TargetLossParameter = 0 },
        new() { TargetLoss = TargetLoss.CompSum, TargetLossParameter = 1 },
        new() { TargetLoss = TargetLoss.CompSum, TargetLossParameter = 1.5 },
        new() { TargetLoss = TargetLoss.CompSum, TargetLossParameter = 2 },
        new() { Normaliser = 3.5 },
    ];

    public static CrossEntropyCase Make(int id)
    {
        Random random = new(unchecked(id * 7919));
        int rows = 3, columns = 7;
        bool soft = id % 4 == 3 && (id >= s_alone.Length || s_alone[id].TargetLoss == TargetLoss.CrossEntropy);
        CrossEntropyOptions options = id < s_alone.Length ? s_alone[id] : Mixed(random, soft);
        double[] logits = new double[rows * columns];
        for (int k = 0; k < logits.Length; k++)
            logits[k] = (1.3 * ((k * 5 % columns) - 3)) + random.NextDouble();
        double[] Draw(int count)
        {
            double[] values = new double[count];
            for (int k = 0; k < count; k++)
                values[k] = 0.2 + random.NextDouble();
            return values;
        }
        return new()
        {
            Name = $"differentiable {id}",
            Type = ElementType.Float64,
            Rows = rows,
            Columns = columns,
            Logits = logits,
            TargetKind = soft ? TargetKind.Soft : TargetKind.Int32,
            Targets = soft ? [] : [random.Next(columns), random.Next(columns), random.Next(columns)],
            SoftTargets = soft ? Draw(rows * columns) : null,
            ClassWeights = id % 3 == 1 ? Draw(columns) : null,
            RowWeights = id % 5 == 2 ? Draw(rows) : null,
            RowTemperatures = id % 7 == 3 ? Draw(rows) : null,
            Options = options,
        };
    }

    private static CrossEntropyOptions Mixed(Random random, bool soft)
    {
        double Maybe(double value) => random.Next(2) == 0 ? 0 : value;
        TargetLoss loss = soft ? TargetLoss.CrossEntropy : (TargetLoss)random.Next(4);
        return new()
        {
            Reduction = (Reduction)random.Next(3),
            LabelSmoothing = Maybe(random.NextDouble()),
            ZLoss = Maybe(random.NextDouble()),
            Softcap = Maybe(1 + (5 * random.NextDouble())),
            Temperature = 0.4 + (2 * random.NextDouble()),
            EntropyWeight = Maybe(random.NextDouble() - 0.5),
            MaxSuppression = Maybe(random.NextDouble()),
            LogitPenalty = Maybe(random.NextDouble()),
            LogitPenaltyCenter = random.NextDouble(),
            TargetLoss = loss,
            TargetLossParameter = loss == TargetLoss.CrossEntropy ? 0 : 2 * random.NextDouble(),
        };
    }
}
