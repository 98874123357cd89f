using System.Runtime.InteropServices;

namespace Gibbs.Interop;

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_soft_backup
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;
    public nint q;
    public long q_stride;
    public nint log_prior;
    public long log_prior_stride;
    public nint kl_weights;
    public nint temperatures;
    public nint upstream;
    public int minimise;
    public int regime;
    public double kl_weight;
    public double temperature;
    public nint values;
    public nint policy;
    public long policy_stride;
    public nint log_policy;
    public long log_policy_stride;
    public nint entropies;
    public nint kl;
    public nint q_gradient;
    public long q_gradient_stride;
    public nint log_prior_gradient;
    public long log_prior_gradient_stride;
    public nint temperature_gradient;
    public nint kl_weight_gradient;
    public nint status;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_tilt
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;
    public nint log_prior;
    public long log_prior_stride;
    public nint reward;
    public long reward_stride;
    public nint upstream;
    public long upstream_stride;
    public nint budgets;
    public nint given_slopes;
    public int has_slope;
    public int regime;
    public double budget;
    public double slope;
    public nint slopes;
    public nint log_probabilities;
    public long log_probabilities_stride;
    public nint cumulants;
    public nint kl;
    public nint expected_rewards;
    public nint gradient;
    public long gradient_stride;
    public nint status;
}

/// <summary>Mirror of the C struct of this name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct gibbs_ftrl
{
    public uint struct_size;
    public gibbs_type type;
    public long rows;
    public long columns;
    public nint losses;
    public long losses_stride;
    public nint row_rates;
    public nint column_rates;
    public nint rates;
    public long rates_stride;
    public nint upstream;
    public long upstream_stride;
    public int kind;
    public int regime;
    public double alpha;
    public double rate;
    public nint policy;
    public long policy_stride;
    public nint multipliers;
    public nint regularisers;
    public nint gradient;
    public long gradient_stride;
    public nint status;
}
