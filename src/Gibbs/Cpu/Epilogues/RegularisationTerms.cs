namespace Gibbs.Cpu.Epilogues;

/// <summary>λ·lse², gradient 2λ·lse·p_j.</summary>
internal static class ZLoss
{
    public static void Add(in RowContext context, ref RowCoefficients row)
    {
        double lambda = context.Options.ZLoss;
        if (lambda == 0)
            return;
        row.Loss += lambda * context.LogSumExp * context.LogSumExp;
        row.Softmax += 2 * lambda * context.LogSumExp;
    }
}

/// <summary>−β·H, gradient β·p_j·(x_j − Σp·x).</summary>
internal static class EntropyTerm
{
    public static void Add(in RowContext context, ref RowCoefficients row)
    {
        double beta = context.Options.EntropyWeight;
        if (beta == 0)
            return;
        row.Loss -= beta * context.Entropy;
        row.Softmax -= beta * context.Row.MeanOffset;
        row.SoftmaxOffset += beta;
    }
}

/// <summary>MaxSup: α·(max ẑ − mean ẑ) over the n unmasked entries, gradient α·(1[j=argmax] − 1/n).</summary>
internal static class MaxSuppression
{
    public static void Add(in RowContext context, ref RowCoefficients row)
    {
        double alpha = context.Options.MaxSuppression;
        if (alpha == 0)
            return;
        row.Loss -= alpha * context.Row.UnmaskedOffset / context.Row.Unmasked;
        row.UnmaskedConstant -= alpha / context.Row.Unmasked;
        row.Argmax += alpha;
    }
}

/// <summary>Logit penalty: (ν/2)·Σ (ẑ_j − c)² over unmasked entries, gradient ν·(ẑ_j − c).</summary>
internal static class LogitPenalty
{
    public static void Add(in RowContext context, ref RowCoefficients row)
    {
        double nu = context.Options.LogitPenalty;
        if (nu == 0)
            return;
        row.Loss += nu / 2 * context.Row.UnmaskedSquares;
        row.Unmasked += nu;
    }
}
