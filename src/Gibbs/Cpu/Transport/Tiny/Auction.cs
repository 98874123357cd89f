using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>
/// The auction of one problem. With p_k the price of the cheapest place of expert k, and v_k = s_ik − p_k, token i bids for expert k* = argmax v:
/// <code>
/// price of the place ← p_k* + (v_k* − max over k ≠ k* of v_k) + ε      then v_k* is within ε of the token's best, and stays so: other prices only rise
/// value ≥ dual − N·ε,  dual = Σ_i max_k v_ik + Σ_k c_k·p_k             a free place has price 0, so that c_k·p_k counts full experts alone
/// </code>
/// Forbidden pairs score so far below the others that an answer holds one only where every answer does.
/// </summary>
internal readonly unsafe struct Auction<T>(byte* scores, nint stride, int tokens, int experts, int* capacities, double tolerance, long maxBids)
    where T : unmanaged
{
    private const long BidsPerToken = 10000;
    private const double LeastStep = 1e-300;

    /// <summary>Solves; the experts of tokens and prices may be null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public BalancedAssignmentResult Solve(int* assigned, double* prices)
    {
        TransportStatus status = Range(out double least, out double range);
        long places = 0;
        for (int k = 0; k < experts; k++)
        {
            places += Places(k);
            if (capacities != null && capacities[k] < 0)
                status = TransportStatus.InvalidInput;
        }

        if (status == TransportStatus.Converged && places < tokens)
            status = TransportStatus.Infeasible;
        if (status != TransportStatus.Converged)
            return Nothing(assigned, prices, status, 0);

        AuctionPlace* all = (AuctionPlace*)NativeMemory.Alloc((nuint)places, (nuint)sizeof(AuctionPlace));
        int* owned = (int*)NativeMemory.Alloc((nuint)tokens, sizeof(int));
        double* levels = (double*)NativeMemory.Alloc((nuint)experts, sizeof(double));
        long* starts = (long*)NativeMemory.Alloc((nuint)experts, sizeof(long));
        try
        {
            long start = 0;
            for (int k = 0; k < experts; k++)
            {
                starts[k] = start;
                start += Places(k);
                levels[k] = 0;
            }

            new Span<int>(owned, tokens).Fill(-1);
            for (long place = 0; place < places; place++)
                all[place] = new() { Price = 0, Token = -1 };
            // Of equal scores any assignment is best: a step that only tells full experts from others.
            double step = range > 0 ? tolerance * range : LeastStep, forbidden = -(tokens + 1.0) * (range + step);
            long bids = 0, limit = maxBids > 0 ? maxBids : BidsPerToken * tokens;
            for (int i = 0; i < tokens; i++)
            {
                for (long token = i; token >= 0 && bids < limit; bids++)
                {
                    (int expert, double best, double next) = Best(token, levels, least, forbidden);
                    double price = levels[expert] + (double.IsNegativeInfinity(next) ? 0 : best - next) + step;
                    long former = AuctionPlaces.Replace(all + starts[expert], Places(expert), new() { Price = price, Token = token });
                    levels[expert] = all[starts[expert]].Price;
                    owned[token] = expert;
                    if (former >= 0)
                        owned[former] = -1;
                    token = former;
                }
            }

            Leave(owned, starts);
            return Finish(assigned, prices, owned, starts, levels, least, bids);
        }
        finally
        {
            NativeMemory.Free(all);
            NativeMemory.Free(owned);
            NativeMemory.Free(levels);
            NativeMemory.Free(starts);
        }
    }

    private int Places(int expert) => capacities == null ? ((tokens - 1) / experts) + 1 : Math.Clamp(capacities[expert], 0, tokens);

    private double Score(long token, int expert) => Real.ToDouble(((T*)(scores + ((nint)token * stride)))[expert]);

    // The least score and how far the greatest lies above it, forbidden pairs aside.
    private TransportStatus Range(out double least, out double range)
    {
        least = double.PositiveInfinity;
        double largest = double.NegativeInfinity;
        TransportStatus status = TransportStatus.Converged;
        for (long i = 0; i < tokens; i++)
        {
            bool some = false;
            for (int k = 0; k < experts; k++)
            {
                double score = Score(i, k);
                if (!(score < double.PositiveInfinity))
                    status = TransportStatus.NonFinite;
                if (!double.IsFinite(score))
                    continue;
                some = true;
                least = Math.Min(least, score);
                largest = Math.Max(largest, score);
            }

            if (!some && status == TransportStatus.Converged)
                status = TransportStatus.Infeasible;
        }

        range = largest - least;
        return status;
    }

    // Scores above the least.
    private (int Expert, double Best, double Next) Best(long token, double* levels, double least, double forbidden)
    {
        int expert = -1;
        double best = double.NegativeInfinity, next = double.NegativeInfinity;
        for (int k = 0; k < experts; k++)
        {
            if (Places(k) == 0)
                continue;
            double score = Score(token, k), value = (double.IsNegativeInfinity(score) ? forbidden : score - least) - levels[k];
            if (value > best)
            {
                next = best;
                best = value;
                expert = k;
            }
            else if (value > next)
            {
                next = value;
            }
        }

        return (expert, best, next);
    }

    // Places left with each expert, those on forbidden pairs aside where the bids ended before all tokens had a place.
    private void Leave(int* owned, long* left)
    {
        bool complete = new Span<int>(owned, tokens).IndexOf(-1) < 0;
        for (int k = 0; k < experts; k++)
            left[k] = Places(k);
        for (int i = 0; i < tokens; i++)
        {
            if (owned[i] >= 0 && !complete && double.IsNegativeInfinity(Score(i, owned[i])))
                owned[i] = -1;
            if (owned[i] >= 0)
                left[owned[i]]--;
        }
    }

    // Tokens without a place take what is left; then value, and how far the dual is above it.
    private BalancedAssignmentResult Finish(int* assigned, double* prices, int* owned, long* left, double* levels, double least, long bids)
    {
        TransportStatus status = TransportStatus.Converged;
        double value = 0, gap = 0;
        for (int i = 0; i < tokens; i++)
        {
            if (owned[i] < 0)
            {
                status = TransportStatus.MaxIterations;
                owned[i] = BestLeft(i, left);
            }

            double best = double.NegativeInfinity, score = owned[i] < 0 ? 0 : Score(i, owned[i]);
            if (double.IsNegativeInfinity(score))
                return Nothing(assigned, prices, TransportStatus.Infeasible, bids);
            for (int k = 0; k < experts; k++)
                best = Places(k) == 0 ? best : Math.Max(best, Score(i, k) - least - levels[k]);
            value += score;
            gap += owned[i] < 0 ? best + least : best - (score - least - levels[owned[i]]);
            if (assigned != null)
                assigned[i] = owned[i];
        }

        for (int k = 0; k < experts; k++)
        {
            gap += left[k] * levels[k];
            if (prices != null)
                prices[k] = levels[k];
        }

        return new(value, Math.Max(0, gap), bids, status);
    }

    private int BestLeft(int token, long* left)
    {
        int expert = -1;
        for (int k = 0; k < experts; k++)
        {
            double score = Score(token, k);
            if (left[k] > 0 && !double.IsNegativeInfinity(score) && (expert < 0 || score > Score(token, expert)))
                expert = k;
        }

        if (expert >= 0)
            left[expert]--;
        return expert;
    }

    private BalancedAssignmentResult Nothing(int* assigned, double* prices, TransportStatus status, long bids)
    {
        if (assigned != null)
            new Span<int>(assigned, tokens).Fill(-1);
        if (prices != null)
            new Span<double>(prices, experts).Fill(double.NaN);
        return new(double.NaN, double.NaN, bids, status);
    }
}
