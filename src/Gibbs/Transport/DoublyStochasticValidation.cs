using System;

namespace Gibbs;

/// <summary>Argument checks of doubly-stochastic normalisations, the same for spans and device views.</summary>
internal static class DoublyStochasticValidation
{
    public const int LargestSide = 64;
    public const int MostIterations = 1000;
    public const double LeastTemperature = 1e-30;
    public const double LargestTemperature = 1e18;

    /// <summary>Throws where an option is outside its documented range.</summary>
    /// <typeparam name="TReal">The arithmetic type.</typeparam>
    /// <exception cref="ArgumentException">The message names the option, its value and the range.</exception>
    public static void CheckOptions<TReal>(in DoublyStochasticOptions options)
        where TReal : unmanaged
    {
        bool scheme = options.Scheme is DoublyStochasticScheme.Alternating or DoublyStochasticScheme.DeepSeek;
        ArgumentChecks.Range(scheme, "options", nameof(options.Scheme), (int)options.Scheme, "Alternating (0) or DeepSeek (1)");
        bool input = options.Input is DoublyStochasticInput.Logits or DoublyStochasticInput.Positive;
        ArgumentChecks.Range(input, "options", nameof(options.Input), (int)options.Input, "Logits (0) or Positive (1)");
        ArgumentChecks.Range(options.Rows is >= 0 and <= LargestSide, "options", nameof(options.Rows), options.Rows, "0 (square matrices) or from 1 to 64; Sinkhorn solves larger problems");
        ArgumentChecks.Range(options.Iterations is >= 1 and <= MostIterations, "options", nameof(options.Iterations), options.Iterations, "from 1 to 1000");
        ArgumentChecks.Range(options.Temperature is >= LeastTemperature and <= LargestTemperature, "options", nameof(options.Temperature), options.Temperature, "from 1e-30 to 1e18");
        ArgumentChecks.Range(options.Epsilon is >= 1e-9 and <= 1, "options", nameof(options.Epsilon), options.Epsilon, "from 1e-9 to 1");
        ArgumentChecks.Range(options.NoiseScale >= 0 && double.IsFinite(options.NoiseScale), "options", nameof(options.NoiseScale), options.NoiseScale, "at least 0 and finite");
        ArgumentChecks.Range(options.MatrixOffset >= 0, "options", nameof(options.MatrixOffset), options.MatrixOffset, "at least 0");
        ArgumentChecks.Held<TReal>("options", nameof(options.NoiseScale), options.NoiseScale);
        if (options.Input == DoublyStochasticInput.Positive)
        {
            ArgumentChecks.Range(options.Temperature == 1, "options", nameof(options.Temperature), options.Temperature, "1 for Positive, which takes the matrix as given");
            ArgumentChecks.Range(options.NoiseScale == 0, "options", nameof(options.NoiseScale), options.NoiseScale, "0 for Positive: noise is added to logits");
        }
    }

    /// <summary>Throws where shapes do not fit each other; gives n and m.</summary>
    /// <exception cref="ArgumentException">The message names the argument, the shape given and the shape that would be right.</exception>
    public static (int Rows, int Columns) CheckShapes(in DoublyStochasticOptions options, MatrixShape values, long rowTargets, long columnTargets, long status)
    {
        (int rows, int columns) = options.Shape(values.Columns);
        if (columns == 0 && options.Rows == 0)
            ArgumentChecks.Fail("values", $"values is [{values.Rows}, {values.Columns}]; without options.Rows its rows are square matrices, and their width a square from 1 to 4096.");
        if (columns == 0)
            ArgumentChecks.Fail("values", $"values is [{values.Rows}, {values.Columns}]; its width must be a positive multiple of options.Rows, {options.Rows}.");
        if (rows > LargestSide || columns > LargestSide)
            ArgumentChecks.Fail("values", $"values holds matrices of [{rows}, {columns}]; sides are at most 64. Sinkhorn solves larger problems.");
        if (options.Scheme == DoublyStochasticScheme.DeepSeek && rows != columns)
            ArgumentChecks.Fail("values", $"values holds matrices of [{rows}, {columns}]; the DeepSeek scheme, which brings every sum to 1, is for square matrices.");
        CheckTargets("inputs.RowTargets", rowTargets, rows, values.Rows, options.Scheme);
        CheckTargets("inputs.ColumnTargets", columnTargets, columns, values.Rows, options.Scheme);
        ArgumentChecks.Length("outputs.Status", status, values.Rows, "one per matrix");
        return (rows, columns);
    }

    private static void CheckTargets(string name, long given, long side, long matrices, DoublyStochasticScheme scheme)
    {
        if (given != 0 && given != side && given != side * matrices)
            ArgumentChecks.Fail(name, $"{name} has {given} elements; it needs {side}, the same for all matrices, or {side * matrices}, {side} for each, or none.");
        if (given != 0 && scheme == DoublyStochasticScheme.DeepSeek)
            ArgumentChecks.Fail(name, $"{name} is given; the DeepSeek scheme normalises to 1 and takes none.");
    }
}
