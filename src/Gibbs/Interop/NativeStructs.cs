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
