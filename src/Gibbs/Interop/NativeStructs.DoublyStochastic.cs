using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_doubly_stochastic
{
    public uint struct_size;
    public gibbs_type type;
    public long matrices;
    public int rows;
    public int columns;
    public int scheme;
    public int positive;
    public int iterations;
    public uint step;
    public nint values;
    public long values_stride;
    public nint upstream;
    public long upstream_stride;
    public nint row_targets;
    public long row_targets_stride;
    public nint column_targets;
    public long column_targets_stride;
    public double temperature;
    public double epsilon;
    public double noise_scale;
    public ulong seed;
    public long matrix_offset;
    public int regime;
    public int reserved;

    public nint result;
    public long result_stride;
    public nint marginal_errors;
    public nint status;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_balanced_assignment
{
    public uint struct_size;
    public gibbs_type type;
    public long problems;
    public long tokens;
    public long experts;
    public nint scores;
    public long scores_stride;
    public nint capacities;
    public long capacities_stride;
    public double tolerance;
    public long max_bids;

    public nint assigned;
    public nint prices;
    public nint results;
    public nint workspace;
    public long workspace_bytes;
}
