using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Transport;

/// <summary>The arrays of a transport problem, read from files and checked against each other: costs, or points of two clouds.</summary>
internal sealed class TransportProblem<T, TReal>
    where T : unmanaged
    where TReal : unmanaged
{
    public TransportProblem(SinkhornArguments arguments, NpyArray first)
    {
        Rows = first.Shape[0];
        if (arguments.Cost is not null)
        {
            Columns = first.Shape[1];
            Cost = first.ToReal<T>("costs", integersToo: false);
        }
        else
        {
            NpyArray second = NpyReader.Read(arguments.Y!);
            second.ExpectRank(2, "points");
            Dimensions = first.Shape[1];
            if (second.Shape[1] != Dimensions)
                throw new Failure($"{second.Path}: points need {Dimensions} coordinates, as those of {first.Path}; the file has {NpyArray.ShapeText(second.Shape)}");
            Columns = second.Shape[0];
            X = first.ToReal<TReal>("points", integersToo: false);
            Y = second.ToReal<TReal>("points", integersToo: false);
        }

        if (first.Data.Length == 0 || Columns == 0)
            throw new Failure($"{first.Path}: the problem is {Rows} x {Columns}{(IsPoints ? $" in {Dimensions} dimensions" : string.Empty)}: it needs at least one row and one column");
        SourceWeights = InputFiles.Real<TReal>(arguments.A, "weights a", integersToo: true, Rows);
        TargetWeights = InputFiles.Real<TReal>(arguments.B, "weights b", integersToo: true, Columns);
        InitialTargetPotential = InputFiles.Real<TReal>(arguments.InitialTargetPotential, "potential g", integersToo: true, Columns);
    }

    /// <summary>N.</summary>
    public int Rows { get; }

    /// <summary>M.</summary>
    public int Columns { get; }

    /// <summary>d of the points.</summary>
    public int Dimensions { get; }

    public bool IsPoints => Cost is null;

    /// <summary>[N, M]; null for points.</summary>
    public T[]? Cost { get; }

    /// <summary>[N, d]; null for costs.</summary>
    public TReal[]? X { get; }

    /// <summary>[M, d].</summary>
    public TReal[]? Y { get; }

    public TReal[]? SourceWeights { get; }

    public TReal[]? TargetWeights { get; }

    public TReal[]? InitialTargetPotential { get; }

    public ReadOnlySpan2D<T> CostView => new(Cost!, Rows, Columns);

    public ReadOnlySpan2D<TReal> XView => new(X!, Rows, Dimensions);

    public ReadOnlySpan2D<TReal> YView => new(Y!, Columns, Dimensions);

    public SparseTransportInputs<TReal> SparseInputs => new() { SourceWeights = SourceWeights, TargetWeights = TargetWeights };

    public SinkhornInputs<TReal> Inputs(IProgress<SinkhornProgress>? progress) => new()
    {
        SourceWeights = SourceWeights,
        TargetWeights = TargetWeights,
        InitialTargetPotential = InitialTargetPotential,
        Progress = progress,
    };

    public TransportPotentials<TReal> Potentials(TransportResults<TReal> results) => new()
    {
        SourcePotential = results.SourcePotential,
        TargetPotential = results.TargetPotential,
        SourceWeights = SourceWeights,
        TargetWeights = TargetWeights,
    };

    public DeviceSinkhornInputs<TReal> DeviceInputs(DeviceArrays arrays) => new()
    {
        SourceWeights = arrays.Upload(SourceWeights),
        TargetWeights = arrays.Upload(TargetWeights),
        InitialTargetPotentials = arrays.Upload(InitialTargetPotential),
    };

    public DeviceSparseTransportInputs<TReal> DeviceSparseInputs(DeviceArrays arrays) => new() { SourceWeights = arrays.Upload(SourceWeights), TargetWeights = arrays.Upload(TargetWeights) };
}
