using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_sinkhorn_divergence
{
    public uint struct_size;
    public gibbs_type type;
    public TransportMetricKind metric;
    public int metric_k;
    public double metric_parameter;
    public long rows;
    public long columns;
    public long dimensions;
    public nint x;
    public long x_stride;
    public nint y;
    public long y_stride;
    public nint source_weights;
    public nint target_weights;

    public double epsilon;
    public double rho;
    public double tolerance;
    public double epsilon_start;
    public int max_iterations;
    public int flags;
    public int regime;
    public int reserved;

    public nint result;
    public nint x_gradient;
    public long x_gradient_stride;
    public nint y_gradient;
    public long y_gradient_stride;
    public nint source_weight_gradient;
    public nint target_weight_gradient;
    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_wasserstein
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long sources;
    public long targets;
    public long dimensions;
    public nint x;
    public long x_stride;
    public nint y;
    public long y_stride;
    public nint source_weights;
    public long source_weights_stride;
    public nint target_weights;
    public long target_weights_stride;
    public nint directions;
    public long directions_stride;
    public ulong seed;
    public double power;

    public nint values;
    public nint mean;
    public nint x_gradient;
    public long x_gradient_stride;
    public nint y_gradient;
    public long y_gradient_stride;
    public nint plan_sources;
    public long plan_sources_stride;
    public nint plan_targets;
    public long plan_targets_stride;
    public nint plan_masses;
    public long plan_masses_stride;
    public nint plan_lengths;
    public nint status;
    public nint used_directions;
    public long used_directions_stride;
    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_bures_wasserstein
{
    public uint struct_size;
    public gibbs_type type;
    public long problems;
    public long dimensions;
    public nint source;
    public long source_stride;
    public nint target;
    public long target_stride;
    public nint source_means;
    public long source_means_stride;
    public nint target_means;
    public long target_means_stride;
    public double regularisation;

    public nint values;
    public nint source_gradient;
    public long source_gradient_stride;
    public nint target_gradient;
    public long target_gradient_stride;
    public nint mean_gradient;
    public long mean_gradient_stride;
    public nint status;
    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_wasserstein_barycenter
{
    public uint struct_size;
    public gibbs_type type;
    public long count;
    public long rows;
    public long columns;
    public nint histograms;
    public long histograms_stride;
    public nint costs;
    public long costs_stride;
    public nint weights;
    public double epsilon;
    public double tolerance;
    public int max_iterations;
    public int reserved;

    public nint result;
    public nint barycenter;
    public nint source_potentials;
    public long source_potentials_stride;
    public nint target_potentials;
    public long target_potentials_stride;
    public nint values;
    public nint workspace;
    public long workspace_bytes;
}
