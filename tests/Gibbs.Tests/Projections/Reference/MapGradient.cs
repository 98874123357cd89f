namespace Gibbs.Tests.Projections.Reference;

/// <summary>Vector-Jacobian products of a row, each with the sum of the absolute values of what is added up to it.</summary>
internal sealed class MapGradient(int columns)
{
    public double[] Input { get; } = new double[columns];

    public double[] Scale { get; } = new double[columns];

    public double Parameter { get; set; }

    public double ParameterScale { get; set; }

    public double Second { get; set; }

    public double SecondScale { get; set; }

    /// <summary>v_j·∂y_j/∂t_j of the maps with column parameters.</summary>
    public double[] Column { get; } = new double[columns];

    /// <summary>Whether rounding decides the support, so that there is no one answer.</summary>
    public bool Ambiguous { get; set; }

    public void Set(int j, double value, double scale) => (Input[j], Scale[j]) = (value, scale);
}
