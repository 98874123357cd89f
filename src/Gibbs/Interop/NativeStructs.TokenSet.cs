using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name: one call, every output optional (0: not computed).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_token_set
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;
    public nint logits;
    public long logits_stride;
    public nint actions;
    public nint row_weights;
    public nint temperatures;
    public nint normaliser;
    public gibbs_target_type action_type;
    public int reduction;
    public int regime;
    public int has_normaliser_value;
    public double normaliser_value;
    public double temperature;
    public long top_k;
    public double top_p;
    public double min_p;
    public double min_probability;
    public double top_h;
    public int excludes_crossing;
    public int top_h_variant;
    public int top_h_cap;
    public uint step;
    public ulong seed;
    public long row_offset;
    public nint value;
    public nint entropies;
    public nint full_entropies;
    public nint counts;
    public nint thresholds;
    public nint mask;
    public long mask_stride;
    public nint log_probabilities;
    public long log_probabilities_stride;
    public nint action_log_probability;
    public nint samples;
    public nint sample_log_probability;
    public nint gradient;
    public long gradient_stride;
    public nint status;
    public nint valid_rows;
    public nint normaliser_used;
    public nint workspace;
    public long workspace_bytes;
}
