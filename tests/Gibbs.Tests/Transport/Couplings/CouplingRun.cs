using System.Linq;

namespace Gibbs.Tests.Transport;

/// <summary>Arrays of every output of a batch of couplings.</summary>
internal sealed class CouplingRun<TReal>(int problems, int source, int target)
    where TReal : unmanaged
{
    public int[,] Sources { get; } = new int[problems, source + target - 1];

    public int[,] Targets { get; } = new int[problems, source + target - 1];

    public TReal[,] Masses { get; } = new TReal[problems, source + target - 1];

    public int[] Counts { get; } = new int[problems];

    public TReal[] Entropies { get; } = new TReal[problems];

    public TReal[] Information { get; } = new TReal[problems];

    public TReal[] Bounds { get; } = new TReal[problems];

    public RowStatus[] Status { get; } = new RowStatus[problems];

    public EntropyCouplingOutputs<TReal> Outputs => new()
    {
        SourceIndices = Sources,
        TargetIndices = Targets,
        Masses = Masses,
        Counts = Counts,
        Entropies = Entropies,
        MutualInformation = Information,
        LowerBounds = Bounds,
        Status = Status,
    };

    /// <summary>Everything, for comparisons of bits.</summary>
    public object[] All =>
    [
        .. Sources.Cast<object>(), .. Targets.Cast<object>(), .. Masses.Cast<object>(), .. Counts.Cast<object>(),
        .. Entropies.Cast<object>(), .. Information.Cast<object>(), .. Bounds.Cast<object>(), .. Status.Cast<object>(),
    ];
}
