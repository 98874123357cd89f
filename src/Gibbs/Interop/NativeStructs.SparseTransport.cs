using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_sparse_transport
{
    public uint struct_size;
    public gibbs_type type;
    public int metric;
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
    public nint source_weights;
    public nint target_weights;
    public nint initial_source_potential;

    public double gamma;
    public double tolerance;
    public int k;
    public int form;
    public int max_iterations;
    public int regime;

    public nint results;
    public nint source_potential;
    public nint target_potential;
    public nint plan_rows;
    public long plan_rows_stride;
    public nint plan_values;
    public long plan_values_stride;
    public nint plan;
    public long plan_stride;
    public nint workspace;
    public long workspace_bytes;
}
