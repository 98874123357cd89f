using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_sample_entropy
{
    public uint struct_size;
    public gibbs_type type;
    public int kind;
    public gibbs_sample_flags flags;
    public long rows;
    public long columns;
    public long other_rows;
    public long other_columns;
    public long condition_columns;
    public nint points;
    public long points_stride;
    public nint others;
    public long others_stride;
    public nint conditions;
    public long conditions_stride;
    public double bandwidth;
    public double other_bandwidth;
    public double condition_bandwidth;
    public double weight;

    public nint value;
    public nint row_values;
    public nint nearest;
    public nint gradient;
    public long gradient_stride;
    public nint others_gradient;
    public long others_gradient_stride;
    public nint conditions_gradient;
    public long conditions_gradient_stride;
    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Flags of sample entropies.</summary>
[System.Flags]
internal enum gibbs_sample_flags
{
    NONE = 0,
    GIBBS_SAMPLE_BASE_2 = 1,
    GIBBS_SAMPLE_NORMALISED = 2,
    GIBBS_SAMPLE_SQUARED_SUMS = 4,
    GIBBS_SAMPLE_PLAIN_ROWS = 8,
    GIBBS_SAMPLE_OWN_BUFFERS = 16,
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_spectral_entropy
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;
    public nint eigenvalues;
    public long eigenvalues_stride;
    public nint row_weights;
    public int kind;
    public int base_2;
    public int regime;
    public int reserved;
    public double power;

    public nint entropies;
    public nint gradient;
    public long gradient_stride;
    public nint status;
}
