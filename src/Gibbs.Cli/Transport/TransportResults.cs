using System;
using System.IO;

using CommunityToolkit.HighPerformance;

using Gibbs.Cli.Images;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Transport;

/// <summary>What a solve of <c>gibbs sinkhorn</c> gives besides its numbers, allocated where wanted.</summary>
internal sealed class TransportResults<TReal>(SinkhornArguments arguments, int rows, int columns, int dimensions)
    where TReal : unmanaged
{
    // Potentials always: the duality gap needs them.
    public TReal[] SourcePotential { get; } = new TReal[rows];

    public TReal[] TargetPotential { get; } = new TReal[columns];

    public TReal[] Plan { get; } = new TReal[arguments.WantsPlan ? (long)rows * columns : 0];

    public TReal[] XGradient { get; } = new TReal[arguments.XGradient is not null ? (long)rows * dimensions : 0];

    public TReal[] YGradient { get; } = new TReal[arguments.YGradient is not null ? (long)columns * dimensions : 0];

    public Span2D<TReal> PlanView => Plan.Length == 0 ? default : new(Plan, rows, columns);

    public Span2D<TReal> XGradientView => XGradient.Length == 0 ? default : new(XGradient, rows, dimensions);

    public Span2D<TReal> YGradientView => YGradient.Length == 0 ? default : new(YGradient, columns, dimensions);

    public SparseTransportOutputs<TReal> SparseOutputs => new() { SourcePotential = SourcePotential, TargetPotential = TargetPotential, Plan = PlanView };

    /// <summary>Opens the files.</summary>
    public void AddTo(OutputFiles files)
    {
        Add(files, arguments.F, SourcePotential, rows);
        Add(files, arguments.G, TargetPotential, columns);
        Add(files, arguments.Plan, Plan, rows, columns);

        // The value's derivative by a cost is what the plan moves there.
        Add(files, arguments.CostGradient, Plan, rows, columns);
        Add(files, arguments.XGradient, XGradient, rows, dimensions);
        Add(files, arguments.YGradient, YGradient, columns, dimensions);
        if (arguments.Picture is { } picture)
        {
            Action<Stream, RgbImage> write = RgbImage.Writer(picture);
            files.Add(picture, stream => write(stream, PlanPicture.Draw(Plan, rows, columns)));
        }
    }

    private static void Add(OutputFiles files, string? path, TReal[] values, params int[] shape)
    {
        if (path is not null)
            files.Add(path, stream => NpyWriter.Write<TReal>(stream, values, shape));
    }
}
