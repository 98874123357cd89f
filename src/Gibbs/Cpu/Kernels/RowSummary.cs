using System;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Kernels;

/// <summary>The statistics of a row in double, merged from its segments in order. x_j = (u_j − Maximum)/T, of scaled logits where the temperature is extreme.</summary>
internal struct RowSummary
{
    /// <summary>max u; NaN in rows with a NaN, ±∞ as it comes.</summary>
    public double Maximum;

    /// <summary>Σ exp(x) − 1, ties at the maximum counted apart, so accurate relative to itself.</summary>
    public double Excess;

    /// <summary>log Σ exp(x).</summary>
    public double LogSum;

    /// <summary>Σ p·x.</summary>
    public double MeanOffset;

    /// <summary>Σ c_j of the column terms.</summary>
    public double ColumnMass;

    /// <summary>Σ c_j·x_j.</summary>
    public double ColumnOffset;

    /// <summary>Count of unmasked logits.</summary>
    public long Unmasked;

    /// <summary>Σ x over unmasked logits.</summary>
    public double UnmaskedOffset;

    /// <summary>Σ (ẑ − center)² over unmasked logits.</summary>
    public double UnmaskedSquares;

    /// <summary>The first largest logit, −1 where there is none.</summary>
    public long Argmax;

    /// <summary>Rank of the target, −1 where there is none.</summary>
    public long Rank;

    /// <summary>Ok, NotANumber, PlusInfinity, AllMasked or InvalidTemperature: what the logits say, whatever the target.</summary>
    public RowStatus Status;

    /// <summary>A row with nothing merged yet.</summary>
    public static RowSummary Empty => new() { Maximum = double.NegativeInfinity, Argmax = -1, Rank = -1 };

    /// <summary>A row of which nothing is known.</summary>
    public static RowSummary Invalid(RowStatus status) => new()
    {
        Maximum = double.NaN,
        Excess = double.NaN,
        LogSum = double.NaN,
        MeanOffset = double.NaN,
        Argmax = -1,
        Rank = -1,
        Status = status,
    };

    /// <summary>From what was saved of the row.</summary>
    public static RowSummary Of<TReal>(in RowStatistics<TReal> saved, in RowScale scale)
        where TReal : unmanaged
    {
        RowSummary summary = Empty;
        summary.Maximum = Real.ToDouble(saved.Maximum) * scale.Prescale;
        summary.LogSum = Real.ToDouble(saved.LogSum);
        summary.Excess = Real.ExpM1(summary.LogSum);
        summary.MeanOffset = Real.ToDouble(saved.MeanOffset);
        summary.ColumnMass = Real.ToDouble(saved.TargetMass);
        summary.Unmasked = saved.Unmasked;
        summary.Argmax = saved.Argmax;
        if (double.IsNaN(summary.Maximum) || double.IsNaN(summary.LogSum))
            summary.Status = RowStatus.NotANumber;
        else if (double.IsInfinity(summary.Maximum))
            summary.Status = summary.Maximum > 0 ? RowStatus.PlusInfinity : RowStatus.AllMasked;
        return summary;
    }

    /// <summary>What is to be saved of the row.</summary>
    public readonly RowStatistics<TReal> Save<TReal>(in RowScale scale, bool unmasked)
        where TReal : unmanaged => new(
            Real.From<TReal>(Maximum / scale.Prescale),
            Real.From<TReal>(LogSum),
            Real.From<TReal>(MeanOffset),
            Real.From<TReal>(ColumnMass),
            Argmax,
            unmasked ? Unmasked : 0);
}

/// <summary>Sums of one segment relative to its own maximum.</summary>
internal struct SegmentSummary
{
    public double Maximum;
    public double Sum;
    public double Moment;
    public long Ties;
    public double ColumnMass;
    public double ColumnProduct;
    public long Unmasked;
    public double UnmaskedSum;
    public double UnmaskedSquares;
}

/// <summary>The merge of partial row statistics: an ordered fold in double.</summary>
internal struct RowMerge
{
    private double _small;
    private long _ties;
    private double _moment;

    /// <summary>Adds the next segment to the row.</summary>
    public void Add(ref RowSummary row, in SegmentSummary segment, double inverseTemperature)
    {
        if (double.IsNaN(segment.Sum))
        {
            _small = double.NaN;
            return;
        }

        // An entirely masked segment counts nothing but its column terms.
        bool masked = double.IsNegativeInfinity(segment.Maximum);
        double shift = 0;
        if (!masked && segment.Maximum > row.Maximum)
        {
            Rescale(ref row, segment.Maximum, inverseTemperature);
        }
        else if (!masked)
        {
            shift = (segment.Maximum - row.Maximum) * inverseTemperature;
        }

        if (shift == 0)
        {
            _small += segment.Sum;
            _ties += segment.Ties;
            _moment += segment.Moment;
        }
        else
        {
            double factor = Math.Exp(shift);
            if (factor > 0)
            {
                double sum = segment.Sum + segment.Ties;
                _small += factor * sum;
                _moment += factor * (segment.Moment + (shift * sum));
            }
        }

        row.ColumnMass += segment.ColumnMass;
        row.ColumnOffset += (segment.ColumnProduct * inverseTemperature) + Times(shift, segment.ColumnMass);
        row.Unmasked += segment.Unmasked;
        row.UnmaskedOffset += (segment.UnmaskedSum * inverseTemperature) + Times(shift, segment.Unmasked);
        row.UnmaskedSquares += segment.UnmaskedSquares;
    }

    /// <summary>The row's sums, once all segments are in.</summary>
    public readonly void Finish(ref RowSummary row)
    {
        row.Excess = _small + (_ties - 1);
        row.LogSum = Real.Log1P(row.Excess);
        row.MeanOffset = _moment / (1 + row.Excess);
    }

    /// <summary>Whether a NaN or +∞ went in.</summary>
    public readonly bool IsNaN => double.IsNaN(_small);

    private void Rescale(ref RowSummary row, double maximum, double inverseTemperature)
    {
        if (!double.IsNegativeInfinity(row.Maximum))
        {
            double shift = (row.Maximum - maximum) * inverseTemperature;
            double factor = Math.Exp(shift);
            double sum = _small + _ties;
            _moment = factor > 0 ? factor * (_moment + (shift * sum)) : 0;
            _small = factor * sum;
            _ties = 0;
            row.ColumnOffset += Times(shift, row.ColumnMass);
            row.UnmaskedOffset += Times(shift, row.Unmasked);
        }

        row.Maximum = maximum;
    }

    // 0 where nothing is shifted, also by −∞.
    private static double Times(double shift, double mass) => mass == 0 ? 0 : shift * mass;
}
