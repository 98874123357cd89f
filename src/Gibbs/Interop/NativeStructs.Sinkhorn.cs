using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_sinkhorn
{
    public uint struct_size;
    public gibbs_type type;
    public TransportMetricKind metric;
    public int metric_k;
    public double metric_parameter;
    public long problems;
    public long rows;
    public long columns;
    public long dimensions;

    public nint costs;
    public long costs_stride;
    public nint x;
    public long x_stride;
    public nint y;
    public long y_stride;

    public nint source_offsets;
    public nint target_offsets;
    public nint cost_offsets;
    public long source_total;
    public long target_total;
    public long cost_total;

    public nint source_weights;
    public nint target_weights;
    public nint initial_target_potential;
    public nint epsilons;
    public nint tolerances;
    public nint iteration_limits;

    public double epsilon;
    public double source_rho;
    public double target_rho;
    public double tolerance;
    public double epsilon_start;
    public int max_iterations;
    public gibbs_sinkhorn_flags flags;
    public gibbs_sinkhorn_regime regime;
    public int reserved;

    public nint results;
    public nint source_potential;
    public nint target_potential;
    public nint plan;
    public long plan_stride;
    public nint x_gradient;
    public long x_gradient_stride;
    public nint y_gradient;
    public long y_gradient_stride;
    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Flags of Sinkhorn.</summary>
[System.Flags]
internal enum gibbs_sinkhorn_flags
{
    NONE = 0,
    GIBBS_SINKHORN_PLAIN = 1,
    GIBBS_SINKHORN_SHARED_COSTS = 2,
}

#pragma warning disable CA1712 // The names are those of gibbs.h.
/// <summary>How Sinkhorn's problems are mapped to the device.</summary>
internal enum gibbs_sinkhorn_regime
{
    GIBBS_SINKHORN_AUTOMATIC = 0,
    GIBBS_SINKHORN_BLOCKS = 1,
    GIBBS_SINKHORN_GRID = 2,
}
#pragma warning restore CA1712
