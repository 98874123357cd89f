using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_transport_problem
{
    public gibbs_type type;
    public TransportMetricKind metric;
    public int metric_k;
    public int reserved;
    public double metric_parameter;
    public long rows;
    public long columns;
    public long dimensions;
    public nint costs;
    public long costs_stride;
    public nint x;
    public long x_stride;
    public nint y;
    public long y_stride;
    public nint source_potential;
    public nint target_potential;
    public nint source_weights;
    public nint target_weights;
    public double epsilon;
    public double source_rho;
    public double target_rho;
}

/// <summary>What of a plan is computed.</summary>
[System.Flags]
internal enum gibbs_plan_flags
{
    NONE = 0,
    GIBBS_PLAN_TRANSPOSED = 1,
    GIBBS_PLAN_BARYCENTRIC = 2,
    GIBBS_PLAN_COUNT = 4,
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_transport_plan
{
    public uint struct_size;
    public gibbs_plan_flags flags;
    public gibbs_transport_problem problem;
    public long width;
    public nint values;
    public long values_stride;
    public nint result;
    public long result_stride;
    public nint row_sums;
    public nint column_sums;
    public long largest;
    public nint largest_columns;
    public long largest_columns_stride;
    public nint largest_values;
    public long largest_values_stride;
    public double threshold;
    public nint row_offsets;
    public nint entry_columns;
    public nint entry_values;
    public long entries;
    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_transport_rounding
{
    public uint struct_size;
    public int reserved;
    public gibbs_transport_problem problem;
    public nint result;
    public nint source_factors;
    public nint target_factors;
    public nint source_residual;
    public nint target_residual;
    public nint plan;
    public long plan_stride;
    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_transport_gradient
{
    public uint struct_size;
    public int max_iterations;
    public gibbs_transport_problem problem;
    public double tolerance;
    public nint upstream_plan;
    public long upstream_plan_stride;
    public nint upstream_source;
    public nint upstream_target;
    public nint result;
    public nint cost_gradient;
    public long cost_gradient_stride;
    public nint source_gradient;
    public nint target_gradient;
    public nint x_gradient;
    public long x_gradient_stride;
    public nint y_gradient;
    public long y_gradient_stride;
    public nint workspace;
    public long workspace_bytes;
}
