namespace Gibbs.Cpu.Policies;

/// <summary>
/// a_b, by which each token of sequence b enters the loss: 1/N, 1/(S·n_b), 1/S, 1/(S·L), 1/L, 1/(G·s_g·n_b), with N tokens, S sequences and G groups that have some, n_b tokens of the sequence and s_g sequences
/// of its group; one given in place of N, S or G.
/// </summary>
internal static unsafe class PolicyWeights
{
    /// <summary>Sets the weights and the counts of the metrics.</summary>
    public static PolicyMetrics Set<TReal>(in PolicyJob<TReal> job)
        where TReal : unmanaged
    {
        TokenAggregation aggregation = job.Options.Aggregation;
        long tokens = 0, sequences = 0, groups = 0;
        for (long row = 0; row < job.Rows; row++)
        {
            tokens += job.Sums[row].Tokens;
            sequences += job.Sums[row].Tokens > 0 ? 1 : 0;
        }

        for (long g = 0; g < job.Groups; g++)
            groups += Sequences(job, g) > 0 ? 1 : 0;
        double count = aggregation switch { TokenAggregation.TokenMean => tokens, TokenAggregation.TokenSumNorm => 1, TokenAggregation.GroupMean => groups, _ => sequences };
        double normaliser = job.Options.Normaliser ?? count, one = normaliser == 0 ? 0 : 1 / normaliser;
        double length = job.Options.Length == 0 ? job.Columns : job.Options.Length;
        for (long row = 0; row < job.Rows; row++)
        {
            ref SequenceSums sums = ref job.Sums[row];
            sums.Weight = sums.Tokens == 0 ? 0 : aggregation switch
            {
                TokenAggregation.TokenMean or TokenAggregation.SequenceMeanTokenSum => one,
                TokenAggregation.SequenceMeanTokenMean => one / sums.Tokens,
                TokenAggregation.GroupMean => 0, // set below, group by group
                _ => one / length,
            };
        }

        for (long g = 0; g < job.Groups && aggregation == TokenAggregation.GroupMean; g++)
        {
            long members = Sequences(job, g);
            for (long row = job.GroupOffsets[g]; row < job.GroupOffsets[g + 1]; row++)
                job.Sums[row].Weight = job.Sums[row].Tokens == 0 ? 0 : one / members / job.Sums[row].Tokens;
        }

        return new() { Normaliser = normaliser, Tokens = tokens, Sequences = sequences, Groups = groups };
    }

    // Those of a group that have tokens.
    private static long Sequences<TReal>(in PolicyJob<TReal> job, long group)
        where TReal : unmanaged
    {
        long members = 0;
        for (long row = job.GroupOffsets[group]; row < job.GroupOffsets[group + 1]; row++)
            members += job.Sums[row].Tokens > 0 ? 1 : 0;
        return members;
    }
}
