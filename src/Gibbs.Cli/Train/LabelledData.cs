using System;

namespace Gibbs.Cli.Train;

/// <summary>Rows of features with a class each.</summary>
/// <param name="Features">[Rows, Columns], row by row.</param>
/// <param name="Labels">[Rows], in [0, Classes).</param>
/// <param name="Columns">Features per row.</param>
/// <param name="Classes">Classes.</param>
internal sealed record LabelledData(float[] Features, int[] Labels, int Columns, int Classes)
{
    public int Rows => Labels.Length;

    public ReadOnlySpan<float> Row(int row) => Features.AsSpan(row * Columns, Columns);

    /// <summary>Splits at random, the same for the same seed, into training and test rows.</summary>
    public (LabelledData Train, LabelledData Test) Split(double testFraction, SeededRandom random)
    {
        int[] order = random.Permutation(Rows);
        int test = Math.Clamp((int)Math.Round(Rows * testFraction), 1, Rows - 1);
        return (Take(order.AsSpan(test)), Take(order.AsSpan(0, test)));
    }

    /// <summary>
    /// Shifts and scales each feature by the mean and standard deviation of these rows, in place, here and in the other rows; constant features become 0.
    /// </summary>
    public void Standardise(LabelledData other)
    {
        for (int column = 0; column < Columns; column++)
        {
            double sum = 0;
            for (int row = 0; row < Rows; row++)
                sum += Features[(row * Columns) + column];
            double mean = sum / Rows;
            double squares = 0;
            for (int row = 0; row < Rows; row++)
                squares += Math.Pow(Features[(row * Columns) + column] - mean, 2);
            double deviation = Math.Sqrt(squares / Rows);
            double scale = deviation > 0 ? 1 / deviation : 0;
            foreach (LabelledData data in (ReadOnlySpan<LabelledData>)[this, other])
            {
                for (int row = 0; row < data.Rows; row++)
                {
                    ref float value = ref data.Features[(row * Columns) + column];
                    value = (float)((value - mean) * scale);
                }
            }
        }
    }

    private LabelledData Take(ReadOnlySpan<int> rows)
    {
        float[] features = new float[rows.Length * Columns];
        int[] labels = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(features.AsSpan(i * Columns));
            labels[i] = Labels[rows[i]];
        }

        return new(features, labels, Columns, Classes);
    }
}
