using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Entropy-bounded mergings on spans: checks, pins, and shares the problems out; each is solved by one thread.</summary>
internal static unsafe class CpuMerging
{
    public static void Compute<TReal>(ReadOnlySpan2D<TReal> source, in EntropyMergingOutputs<TReal> outputs, in EntropyBudgetOptions options, ReadOnlySpan<TReal> budgets)
        where TReal : unmanaged
    {
        CouplingValidation.CheckSymbols(nameof(source), source.Height, source.Width);
        ArgumentChecks.Range(options.Budget >= 0, nameof(options), nameof(options.Budget), options.Budget, "at least 0");
        CouplingValidation.CheckValues(nameof(budgets), budgets.Length, source.Height);
        ArgumentChecks.Matrix("outputs.Labels", outputs.Labels.Height, outputs.Labels.Width, source.Height, source.Width, "as source");
        ArgumentChecks.Matrix("outputs.Probabilities", outputs.Probabilities.Height, outputs.Probabilities.Width, source.Height, source.Width, "as source");
        CouplingValidation.CheckValues("outputs.Counts", outputs.Counts.Length, source.Height);
        CouplingValidation.CheckValues("outputs.Entropies", outputs.Entropies.Length, source.Height);
        CouplingValidation.CheckValues("outputs.Status", outputs.Status.Length, source.Height);
        fixed (TReal* p = source, probabilities = outputs.Probabilities, entropies = outputs.Entropies, limits = budgets)
        fixed (int* labels = outputs.Labels, counts = outputs.Counts)
        fixed (RowStatus* status = outputs.Status)
        {
            MergingJob<TReal> job = new()
            {
                Source = p,
                SourceStride = RowSplit.StrideBytes(source),
                Symbols = source.Width,
                Budget = options.Budget,
                Budgets = limits,
                Unit = options.Base2 ? 1 / Math.Log(2) : 1,
                Labels = labels,
                LabelsStride = RowSplit.StrideBytes((ReadOnlySpan2D<int>)outputs.Labels),
                Probabilities = probabilities,
                ProbabilitiesStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Probabilities),
                Counts = counts,
                Entropies = entropies,
                Status = status,
            };
            long work = 16L * source.Width;
            WorkerTeam.Run(&MergingRows<TReal>.Run, &job, source.Height, RowSplit.Chunk<TReal>(source.Height, work, 1), RowSplit.Parallel(source.Height, work));
        }
    }

    /// <summary>The encoder, and the coupling of what it makes.</summary>
    public static void Couple<TReal>(
        ReadOnlySpan2D<TReal> source,
        ReadOnlySpan2D<TReal> target,
        in EntropyMergingOutputs<TReal> encoder,
        in EntropyCouplingOutputs<TReal> decoder,
        in EntropyBudgetOptions options,
        ReadOnlySpan<TReal> budgets)
        where TReal : unmanaged
    {
        CouplingValidation.CheckPairs(source.Height, source.Width, target.Height, target.Width);
        EntropyCouplingOptions coupling = new() { Base2 = options.Base2 };
        if (!encoder.Probabilities.IsEmpty || source.Height == 0)
        {
            Compute(source, encoder, options, budgets);
            CpuCoupling.Compute(source.Height == 0 ? source : encoder.Probabilities, target, decoder, coupling);
            return;
        }

        void* scratch = NativeMemory.Alloc((nuint)source.Length, (nuint)sizeof(TReal));
        try
        {
            Span2D<TReal> probabilities = new(scratch, source.Height, source.Width, 0);
            EntropyMergingOutputs<TReal> outputs = encoder;
            outputs.Probabilities = probabilities;
            Compute(source, outputs, options, budgets);
            CpuCoupling.Compute(probabilities, target, decoder, coupling);
        }
        finally
        {
            NativeMemory.Free(scratch);
        }
    }
}

/// <summary>A batch as the workers see it: plain pointers, null where absent; strides in bytes.</summary>
internal unsafe struct MergingJob<TReal>
    where TReal : unmanaged
{
    public TReal* Source;
    public nint SourceStride;
    public int Symbols;
    public double Budget;
    public TReal* Budgets;
    public double Unit;
    public int* Labels;
    public nint LabelsStride;
    public TReal* Probabilities;
    public nint ProbabilitiesStride;
    public int* Counts;
    public TReal* Entropies;
    public RowStatus* Status;
}

/// <summary>
/// The greedy rule, problem by problem. Largest masses s_0 ≥ s_1 ≥ … are merged from the front: after t steps the block s_0 + … + s_t is the largest still, so that the state is t alone, and so is the answer but for
/// whether the two least are merged.
/// </summary>
internal static unsafe class MergingRows<TReal>
    where TReal : unmanaged
{
    // An entropy above the budget by no more than its rounding is within it.
    private const double Rounding = 1e-12;

    /// <summary>Problems [begin, end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly MergingJob<TReal> job = ref *(MergingJob<TReal>*)context;
        double* masses = RowArrays.Take<double>(4, job.Symbols, out int stride);
        for (long row = begin; row < end; row++)
            Merge(job, row, masses, masses + stride, (int*)(masses + (2 * stride)), (int*)(masses + (3 * stride)));
    }

    private static void Merge(in MergingJob<TReal> job, long row, double* masses, double* tails, int* heapOrder, int* ranked)
    {
        RowStatus status = MassRow.Read((TReal*)((byte*)job.Source + ((nint)row * job.SourceStride)), job.Symbols, masses, out double mass);
        double budget = (job.Budgets != null ? Real.ToDouble(job.Budgets[row]) : job.Budget) / job.Unit;
        if (status == RowStatus.Ok && !(budget >= 0))
            status = RowStatus.InvalidParameter;
        int labels = 0;
        double entropy = double.NaN;
        int* own = job.Labels == null ? null : (int*)((byte*)job.Labels + ((nint)row * job.LabelsStride));
        TReal* probabilities = job.Probabilities == null ? null : (TReal*)((byte*)job.Probabilities + ((nint)row * job.ProbabilitiesStride));
        if (status == RowStatus.Ok)
        {
            int support = Rank(masses, job.Symbols, heapOrder, ranked);
            int block = Block(masses, ranked, support, mass, budget, tails, out bool least, out entropy);
            labels = Label(masses, ranked, support, job.Symbols, block, least, heapOrder, tails);
        }

        for (int i = 0; i < job.Symbols; i++)
        {
            if (own != null)
                own[i] = status == RowStatus.Ok ? heapOrder[i] : -1;
            if (probabilities != null)
                probabilities[i] = Real.From<TReal>(status != RowStatus.Ok ? double.NaN : i < labels ? tails[i] : 0);
        }

        if (job.Counts != null)
            job.Counts[row] = labels;
        if (job.Entropies != null)
            job.Entropies[row] = Real.From<TReal>(entropy * job.Unit);
        if (job.Status != null)
            job.Status[row] = status;
    }

    // Symbols of mass first, largest first; how many have some.
    private static int Rank(double* masses, int symbols, int* heapOrder, int* ranked)
    {
        MassHeap heap = MassHeap.Build(masses, heapOrder, symbols);
        int support = 0;
        for (int i = 0; i < symbols; i++)
        {
            ranked[i] = heap.Pop();
            support += masses[ranked[i]] > 0 ? 1 : 0;
        }

        return support;
    }

    // How many of the largest share a label, whether the two least do, and the entropy that remains.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Block(double* masses, int* ranked, int support, double mass, double budget, double* tails, out bool least, out double entropy)
    {
        // tails[t] = Σ over i > t of −x·log x.
        tails[support - 1] = 0;
        for (int i = support - 1; i > 0; i--)
            tails[i - 1] = tails[i] + MassRow.Term(masses[ranked[i]] / mass);
        double bound = budget + (Rounding * (1 + budget)), block = masses[ranked[0]] / mass;
        least = false;
        entropy = MassRow.Term(block) + tails[0];
        if (entropy <= bound || support == 1)
            return 1;
        double last = masses[ranked[support - 1]] / mass, beforeLast = masses[ranked[support - 2]] / mass;
        double gain = MassRow.Term(last) + MassRow.Term(beforeLast) - MassRow.Term(last + beforeLast);
        for (int t = 0; t < support - 2; t++)
        {
            double merged = entropy - gain;
            if (merged <= bound)
            {
                least = true;
                entropy = Math.Max(0, merged);
                return t + 1;
            }

            block += masses[ranked[t + 1]] / mass;
            entropy = MassRow.Term(block) + tails[t + 1];
            if (entropy <= bound)
                return t + 2;
        }

        entropy = 0;
        return support;
    }

    // Labels by symbol to labels, their masses to sums.
    private static int Label(double* masses, int* ranked, int support, int symbols, int block, bool least, int* labels, double* sums)
    {
        // Groups by rank: the block, then singles, the last of which is two symbols or those without mass too.
        for (int r = 0; r < symbols; r++)
        {
            int place = Math.Min(r, support - 1);
            if (least && place == support - 1)
                place--;
            labels[ranked[r]] = Math.Max(0, place - block + 1);
        }

        // Numbered by their first symbols. Ranks are no longer needed: their memory maps groups to labels.
        for (int g = 0; g < symbols; g++)
            ranked[g] = -1;
        int count = 0;
        for (int i = 0; i < symbols; i++)
        {
            int group = labels[i];
            if (ranked[group] < 0)
            {
                sums[count] = 0;
                ranked[group] = count++;
            }

            labels[i] = ranked[group];
            sums[labels[i]] += masses[i];
        }

        return count;
    }
}
