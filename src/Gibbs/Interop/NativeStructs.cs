using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name; <see cref="NativeLoader"/> compares the sizes when a library is bound.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_device_info
{
    public uint struct_size;
    public int ordinal;
    public DeviceName name;
    public int compute_major;
    public int compute_minor;
    public int multiprocessors;
    public int driver_version;
    public long total_memory;
    public long l2_bytes;
    public long shared_per_block;
    public int memory_clock_khz;
    public int memory_bus_bits;

    /// <summary>char[128], UTF-8, zero-terminated.</summary>
    [InlineArray(Length)]
    internal struct DeviceName
    {
        public const int Length = 128;
        private byte _first;
    }
}

/// <summary>Mirror of the C struct of this name: one call, every output optional (0: not computed).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_softmax_cross_entropy
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;

    public nint logits;
    public long logits_stride;
    public nint targets;
    public nint soft_targets;
    public long soft_targets_stride;
    public nint class_weights;
    public nint row_weights;
    public nint row_temperatures;
    public nint normaliser;
    public nint saved_statistics;
    public nint upstream;
    public long upstream_stride;
    public gibbs_target_type target_type;

    public int reduction;
    public int target_loss;
    public int regime;
    public int has_normaliser_value;
    public int reserved;
    public long ignore_index;
    public double label_smoothing;
    public double z_loss;
    public double softcap;
    public double temperature;
    public double entropy_weight;
    public double target_loss_parameter;
    public double max_suppression;
    public double logit_penalty;
    public double logit_penalty_center;
    public double normaliser_value;

    public nint losses;
    public nint loss;
    public nint gradient;
    public long gradient_stride;
    public nint log_sum_exp;
    public nint entropy;
    public nint log_probability;
    public nint argmax;
    public nint rank;
    public nint status;
    public nint statistics;
    public nint valid_rows;
    public nint normaliser_used;

    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name: the map, its sparse form and its gradient in one block.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_row_map
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;

    public int map;
    public gibbs_map_flags flags;
    public int regime;
    public int reserved;
    public double parameter;
    public double second;
    public long count;
    public long group_size;

    public nint input;
    public long input_stride;
    public nint point;
    public long point_stride;
    public nint row_parameters;
    public nint column_parameters;
    public nint weights;
    public nint lower;
    public nint upper;
    public nint group_offsets;
    public long groups;
    public nint group_weights;
    public nint group_scales;

    public nint output;
    public long output_stride;
    public nint thresholds;
    public nint support_size;
    public nint values;
    public nint mask;
    public long mask_stride;
    public nint compressed;
    public long compressed_stride;
    public nint metadata;
    public long metadata_stride;
    public nint status;

    public nint row_offsets;
    public nint indices;
    public nint sparse_values;
    public long capacity;

    public nint result;
    public long result_stride;
    public nint saved_thresholds;
    public nint upstream;
    public long upstream_stride;

    public nint gradient;
    public long gradient_stride;
    public nint parameter_gradient;
    public nint second_gradient;
    public nint column_parameter_gradient;

    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_fenchel_young
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;

    public nint logits;
    public long logits_stride;
    public nint targets;
    public nint class_weights;
    public nint row_weights;
    public nint alphas;
    public nint normaliser;

    public gibbs_target_type target_type;
    public int reduction;
    public int regime;
    public int has_normaliser_value;
    public long ignore_index;
    public double alpha;
    public double label_smoothing;
    public double normaliser_value;

    public nint losses;
    public nint loss;
    public nint gradient;
    public long gradient_stride;
    public nint probabilities;
    public long probabilities_stride;
    public nint support_size;
    public nint status;
    public nint valid_rows;
    public nint normaliser_used;

    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name: one of the tensors of a global mask.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_mask_tensor
{
    public nint weights;
    public nint other;
    public nint mask;
    public nint masked;
    public long length;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_global_mask
{
    public uint struct_size;
    public gibbs_type type;
    public int score;
    public int reserved;
    public nint tensors;
    public long tensor_count;
    public long count;
    public nint threshold;

    public nint workspace;
    public long workspace_bytes;
}
