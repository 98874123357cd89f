using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name; the metrics are <see cref="PolicyMetrics"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_policy_loss
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;

    public int kind;
    public int kl_estimator;
    public int aggregation;
    public int has_normaliser_value;
    public double clip_low;
    public double clip_high;
    public double dual_clip;
    public double selected_share;
    public double penalty_weight;
    public double covariance_low;
    public double covariance_high;
    public double smoothing;
    public double kl_weight;
    public double entropy_weight;
    public double length;
    public double normaliser_value;
    public ulong seed;

    public nint log_probabilities;
    public long log_probabilities_stride;
    public nint old_log_probabilities;
    public long old_stride;
    public nint reference_log_probabilities;
    public long reference_stride;
    public nint proxy_log_probabilities;
    public long proxy_stride;
    public nint advantages;
    public long advantages_stride;
    public nint sequence_advantages;
    public nint mask;
    public long mask_stride;
    public nint entropies;
    public long entropies_stride;
    public nint group_offsets;
    public long groups;
    public nint normaliser;

    public nint token_losses;
    public long token_losses_stride;
    public nint log_probability_gradient;
    public long log_probability_gradient_stride;
    public nint entropy_gradient;
    public long entropy_gradient_stride;
    public nint flags;
    public long flags_stride;
    public nint loss;
    public nint metrics;

    public nint workspace;
    public long workspace_bytes;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_group_advantage
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long groups;

    public int kind;
    public int biased;
    public double epsilon;

    public nint rewards;
    public nint offsets;
    public nint advantages;
    public nint means;
    public nint deviations;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_token_statistics
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;

    public int scope;
    public int largest;
    public double quantile;
    public double selected_share;
    public long selected_count;

    public nint values;
    public long values_stride;
    public nint mask;
    public long mask_stride;
    public nint counts;
    public nint means;
    public nint quantiles;
    public nint selected;
    public long selected_stride;

    public nint workspace;
    public long workspace_bytes;
}
