using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_entropy_penalty
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;
    public nint entropies;
    public long entropies_stride;
    public nint mask;
    public long mask_stride;
    public nint anchors;
    public nint anchor_indices;
    public long anchor_count;
    public nint head_thresholds;
    public long heads;

    public int kind;
    public int aggregation;
    public int per_sequence;
    public int reserved;
    public long context;
    public double weight;
    public double smoothing;
    public double entropy_bonus;
    public double constant;
    public double lower;
    public double upper;
    public double anchor;
    public double quantile;
    public double margin;

    public nint value;
    public nint mean_entropy;
    public nint tokens;
    public nint selected_count;
    public nint gradient;
    public long gradient_stride;
    public nint penalties;
    public long penalties_stride;
    public nint selected;
    public long selected_stride;
    public nint sequence_means;
    public nint quantiles;
    public nint head_threshold_gradient;
    public nint status;

    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_batch_entropy
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;
    public nint logits;
    public long logits_stride;
    public nint offsets;
    public long segments;
    public nint row_weights;
    public nint class_weights;
    public nint priors;
    public long priors_stride;
    public nint class_groups;

    public int groups;
    public int reduction;
    public int regime;
    public int reserved;
    public double temperature;
    public double marginal_weight;
    public double conditional_weight;
    public double class_entropy_weight;
    public double prior_weight;
    public double between_groups_weight;
    public double within_groups_weight;
    public double confidence_power;

    public nint value;
    public nint segment_count;
    public nint values;
    public nint marginals;
    public long marginals_stride;
    public nint entropies;
    public nint gradient;
    public long gradient_stride;
    public nint status;
    public nint segment_status;

    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_conditional_class_entropy
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;
    public nint values;
    public long values_stride;
    public nint labels;
    public gibbs_target_type label_type;
    public int classes;
    public long ignore_index;
    public int base_2;
    public int accumulate;

    public nint entropies;
    public nint counts;
    public long counts_stride;
    public nint status;
    public nint samples;
    public nint out_of_range;

    public nint workspace;
    public long workspace_bytes;
}
