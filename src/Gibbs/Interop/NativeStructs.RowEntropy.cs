using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name: one call, every output optional (0: not computed).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_row_entropy
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;
    public nint values;
    public long values_stride;
    public nint offsets;
    public nint actions;
    public nint action_weights;
    public nint row_weights;
    public nint temperatures;
    public nint normaliser;
    public gibbs_target_type action_type;
    public int kind;
    public int input;
    public int reduction;
    public int regime;
    public int has_normaliser_value;
    public double normaliser_value;
    public double alpha;
    public double temperature;

    public nint value;
    public nint entropies;
    public nint log_sum_exp;
    public nint log_probability;
    public nint gradient;
    public long gradient_stride;
    public nint status;
    public nint valid_rows;
    public nint normaliser_used;

    public nint workspace;
    public long workspace_bytes;
}
