using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_elastic_map
{
    public uint struct_size;
    public gibbs_type type;
    public int cost;
    public int k;
    public long rows;
    public long targets;
    public long dimensions;
    public long matrix_rows;
    public double gamma;
    public double epsilon;

    public nint points;
    public long points_stride;
    public nint target_points;
    public long target_points_stride;
    public nint target_potential;
    public nint target_weights;
    public nint matrix;
    public long matrix_stride;

    public nint mapped;
    public long mapped_stride;
    public nint potential;
    public nint gradient;
    public long gradient_stride;
    public nint embedded;
    public long embedded_stride;

    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_entropy_coupling
{
    public uint struct_size;
    public gibbs_type type;
    public long problems;
    public long source;
    public long target;
    public int base_2;
    public int reserved;
    public nint source_masses;
    public long source_stride;
    public nint target_masses;
    public long target_stride;

    public nint source_indices;
    public long source_indices_stride;
    public nint target_indices;
    public long target_indices_stride;
    public nint masses;
    public long masses_stride;
    public nint counts;
    public nint entropies;
    public nint information;
    public nint bounds;
    public nint status;
    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_monge_gap
{
    public uint struct_size;
    public gibbs_type type;
    public TransportMetricKind metric;
    public int metric_k;
    public double metric_parameter;
    public long rows;
    public long dimensions;
    public nint points;
    public long points_stride;
    public nint mapped;
    public long mapped_stride;
    public nint weights;
    public nint initial_target_potential;
    public double epsilon;
    public double tolerance;
    public double epsilon_start;
    public int max_iterations;
    public gibbs_sinkhorn_flags flags;

    public nint result;
    public nint target_potential;
    public nint point_gradient;
    public long point_gradient_stride;
    public nint mapped_gradient;
    public long mapped_gradient_stride;
    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_inverse_transport
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;
    public nint costs;
    public long costs_stride;
    public nint observed;
    public long observed_stride;
    public nint initial_target_potential;
    public double epsilon;
    public double tolerance;
    public double epsilon_start;
    public int max_iterations;
    public gibbs_sinkhorn_flags flags;

    public nint result;
    public nint cost_gradient;
    public long cost_gradient_stride;
    public nint target_potential;
    public nint workspace;
    public long workspace_bytes;
}
