using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Project;

namespace Gibbs.Cli.Train;

/// <summary>A weight matrix of a network, row by row.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Values">[Rows, Columns].</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
internal sealed record WeightMatrix(string Name, float[] Values, int Rows, int Columns);

/// <summary>What a layer's weights came to.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Zeros">The share of weights that are 0.</param>
/// <param name="ZeroGroups">Groups of weights that are 0 throughout; null without groups.</param>
/// <param name="Groups">How many groups there are.</param>
internal readonly record struct LayerSparsity(string Layer, double Zeros, int? ZeroGroups, int Groups);

/// <summary>Which map the weights go through after each update.</summary>
/// <param name="Kind">Of which kind.</param>
/// <param name="Words">Its scalars; for a penalty all but the step.</param>
/// <param name="Strength">λ of a penalty: its step is learning rate times λ.</param>
internal sealed record WeightProxSettings(ProjectionKind Kind, WordValues Words, double Strength)
{
    /// <summary>The map for a learning rate and rows of some length; groups of size 0 are whole rows where the map needs groups.</summary>
    public RowMap Create(double learningRate, int columns)
    {
        WordValues words = Words;
        if (Kind.Training == TrainingUse.Penalty)
        {
            // The map of RowMap is that of step 1: of λ, ρ and γ with step η it is that of η·λ, η·ρ and γ/η.
            words = words
                .With(Kind.Parameter!, learningRate * Strength)
                .With(Word.Ridge, learningRate * words.Real(Word.Ridge))
                .With(Word.Gamma, words.Real(Word.Gamma) / learningRate);
        }

        if (Kind.NeedsGroups && words.Integer(Word.GroupSize) == 0)
            words = words.With(Word.GroupSize, columns);
        return words.Create(Kind);
    }
}

/// <summary>
/// Proximal gradient descent: after an update, the rows of every weight matrix go through a row map in place, on the device of the run (Parikh and Boyd, 2014).
/// </summary>
internal sealed class WeightProx : IDisposable
{
    private readonly RowMap _map;
    private readonly DeviceArrays? _arrays;
    private readonly DeviceSpan<float> _device;

    public WeightProx(ExecutionDevice device, WeightProxSettings settings, double learningRate, ReadOnlySpan<WeightMatrix> matrices)
    {
        int columns = matrices[0].Columns;
        _map = settings.Create(learningRate, columns);
        if (device.Stream is not { } stream)
            return;
        int longest = 0;
        foreach (WeightMatrix matrix in matrices)
            longest = Math.Max(longest, matrix.Values.Length);
        _arrays = new(stream);
        _device = _arrays.Allocate<float>(longest);
    }

    public void Apply(WeightMatrix matrix)
    {
        if (_arrays is null)
        {
            Span2D<float> rows = new(matrix.Values, 0, matrix.Rows, matrix.Columns, 0);
            ProjectionOutputs<float, float> outputs = new() { Output = rows };
            Projection.Apply(_map, rows, outputs);
            return;
        }

        DeviceSpan<float> values = _device.Slice(0, matrix.Values.Length);
        DeviceSpan2D<float> view = values.AsRows(matrix.Rows, matrix.Columns);
        _arrays.Stream.Copy<float>(matrix.Values, values);
        Projection.Apply(_arrays.Stream, _map, view, new() { Output = view });
        _arrays.Stream.Copy(values, matrix.Values);
    }

    public LayerSparsity Sparsity(WeightMatrix matrix)
    {
        int zeros = 0;
        foreach (float weight in matrix.Values)
            zeros += weight == 0 ? 1 : 0;
        double share = (double)zeros / matrix.Values.Length;
        if (_map.GroupSize == 0 || _map.Kind == RowMapKind.NOfM)
            return new(matrix.Name, share, null, 0);
        int zeroGroups = 0;
        int groups = 0;
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int start = 0; start < matrix.Columns; start += _map.GroupSize, groups++)
            {
                ReadOnlySpan<float> group = matrix.Values.AsSpan((row * matrix.Columns) + start, Math.Min(_map.GroupSize, matrix.Columns - start));
                zeroGroups += group.ContainsAnyExcept(0f) ? 0 : 1;
            }
        }

        return new(matrix.Name, share, zeroGroups, groups);
    }

    public void Dispose() => _arrays?.Dispose();
}
