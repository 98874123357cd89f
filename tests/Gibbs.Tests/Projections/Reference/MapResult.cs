using System;

namespace Gibbs.Tests.Projections.Reference;

/// <summary>
/// What a map makes of a row, and how well a computation can know it: an entry is known to a few roundings of <see cref="Scale"/>, the sum of the absolute values of what is added up to it
/// (0: the bits are fixed), and to a few fp64 roundings of <see cref="WideScale"/> where the definition asks for fp64 whatever the type.
/// </summary>
internal sealed class MapResult
{
    public MapResult(int columns)
    {
        Y = new double[columns];
        Scale = new double[columns];
        WideScale = new double[columns];
    }

    public double[] Y { get; }

    public double[] Scale { get; }

    public double[] WideScale { get; }

    public RowStatus Status { get; set; }

    /// <summary>y is x, bit for bit: a point inside a ball.</summary>
    public bool Identical { get; set; }

    public double Threshold { get; set; } = double.NaN;

    /// <summary>NaN: the threshold is not defined, or not unique.</summary>
    public double ThresholdScale { get; set; } = double.NaN;

    public double ThresholdWideScale { get; set; }

    /// <summary>S(x) of an envelope.</summary>
    public double Value { get; set; } = double.NaN;

    /// <summary>Entries that a mask keeps.</summary>
    public bool[]? Kept { get; set; }

    public MapResult Fill(double value)
    {
        Array.Fill(Y, value);
        return this;
    }

    public void SetThreshold(double threshold, double scale, double wideScale = 0) => (Threshold, ThresholdScale, ThresholdWideScale) = (threshold, scale, wideScale);
}
