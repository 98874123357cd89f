using System;
using System.Runtime.CompilerServices;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu.Rows;
using Gibbs.Cpu.Simd;

namespace Gibbs.Cpu.Transport;

/// <summary>Greedy minimum-entropy couplings on spans: checks, pins, and shares the problems out; each is solved by one thread.</summary>
internal static unsafe class CpuCoupling
{
    public static void Compute<TReal>(ReadOnlySpan2D<TReal> source, ReadOnlySpan2D<TReal> target, in EntropyCouplingOutputs<TReal> outputs, in EntropyCouplingOptions options)
        where TReal : unmanaged
    {
        Check(source.Height, source.Width, target.Height, target.Width, outputs);
        fixed (TReal* p = source, q = target, masses = outputs.Masses, entropies = outputs.Entropies, information = outputs.MutualInformation, bounds = outputs.LowerBounds)
        fixed (int* sources = outputs.SourceIndices, targets = outputs.TargetIndices, counts = outputs.Counts)
        fixed (RowStatus* status = outputs.Status)
        {
            CouplingJob<TReal> job = new()
            {
                Source = p,
                SourceStride = RowSplit.StrideBytes(source),
                Sources = source.Width,
                Target = q,
                TargetStride = RowSplit.StrideBytes(target),
                Targets = target.Width,
                SourceIndices = sources,
                SourceIndicesStride = RowSplit.StrideBytes((ReadOnlySpan2D<int>)outputs.SourceIndices),
                TargetIndices = targets,
                TargetIndicesStride = RowSplit.StrideBytes((ReadOnlySpan2D<int>)outputs.TargetIndices),
                Masses = masses,
                MassesStride = RowSplit.StrideBytes((ReadOnlySpan2D<TReal>)outputs.Masses),
                Counts = counts,
                Entropies = entropies,
                Information = information,
                Bounds = bounds,
                Status = status,
                Unit = options.Base2 ? 1 / Math.Log(2) : 1,
            };

            // A symbol is worth some tens of elements of a row: two levels of a heap for every atom.
            long work = 16 * ((long)source.Width + target.Width);
            WorkerTeam.Run(&CouplingRows<TReal>.Run, &job, source.Height, RowSplit.Chunk<TReal>(source.Height, work, 1), RowSplit.Parallel(source.Height, work));
        }
    }

    private static void Check<TReal>(int problems, int source, int targetProblems, int target, in EntropyCouplingOutputs<TReal> outputs)
        where TReal : unmanaged
    {
        CouplingValidation.CheckPairs(problems, source, targetProblems, target);
        long atoms = CouplingValidation.MostAtoms(source, target);
        CouplingValidation.CheckAtoms("outputs.SourceIndices", outputs.SourceIndices.Height, outputs.SourceIndices.Width, problems, atoms);
        CouplingValidation.CheckAtoms("outputs.TargetIndices", outputs.TargetIndices.Height, outputs.TargetIndices.Width, problems, atoms);
        CouplingValidation.CheckAtoms("outputs.Masses", outputs.Masses.Height, outputs.Masses.Width, problems, atoms);
        CouplingValidation.CheckValues("outputs.Counts", outputs.Counts.Length, problems);
        CouplingValidation.CheckValues("outputs.Entropies", outputs.Entropies.Length, problems);
        CouplingValidation.CheckValues("outputs.MutualInformation", outputs.MutualInformation.Length, problems);
        CouplingValidation.CheckValues("outputs.LowerBounds", outputs.LowerBounds.Length, problems);
        CouplingValidation.CheckValues("outputs.Status", outputs.Status.Length, problems);
    }
}

/// <summary>A batch as the workers see it: plain pointers, null where absent; strides in bytes.</summary>
internal unsafe struct CouplingJob<TReal>
    where TReal : unmanaged
{
    public TReal* Source;
    public nint SourceStride;
    public int Sources;
    public TReal* Target;
    public nint TargetStride;
    public int Targets;
    public int* SourceIndices;
    public nint SourceIndicesStride;
    public int* TargetIndices;
    public nint TargetIndicesStride;
    public TReal* Masses;
    public nint MassesStride;
    public int* Counts;
    public TReal* Entropies;
    public TReal* Information;
    public TReal* Bounds;
    public RowStatus* Status;

    /// <summary>Of entropies: 1, or 1/ln 2.</summary>
    public double Unit;
}

/// <summary>The greedy rule, problem by problem.</summary>
internal static unsafe class CouplingRows<TReal>
    where TReal : unmanaged
{
    // Of the mass: what an atom leaves below it is rounding.
    private static double Residue => typeof(TReal) == typeof(float) ? 1.0 / (1 << 22) : 1.0 / (1L << 48);

    /// <summary>Problems [begin, end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(void* context, long begin, long end)
    {
        ref readonly CouplingJob<TReal> job = ref *(CouplingJob<TReal>*)context;
        int longest = Math.Max(job.Sources, job.Targets);
        double* p = RowArrays.Take<double>(4, longest, out int stride);
        for (long row = begin; row < end; row++)
            Couple(job, row, p, p + stride, (int*)(p + (2 * stride)), (int*)(p + (3 * stride)));
    }

    private static void Couple(in CouplingJob<TReal> job, long row, double* p, double* q, int* sourceOrder, int* targetOrder)
    {
        RowStatus status = MassRow.Read((TReal*)((byte*)job.Source + ((nint)row * job.SourceStride)), job.Sources, p, out double mass);
        RowStatus other = MassRow.Read((TReal*)((byte*)job.Target + ((nint)row * job.TargetStride)), job.Targets, q, out double targetMass);
        status = status == RowStatus.Ok ? other : status;
        if (status == RowStatus.Ok && Math.Abs(mass - targetMass) > MassRow.MassTolerance * mass)
            status = RowStatus.InvalidProbability;
        Atoms atoms = new(job, row);
        double information = double.NaN, bound = double.NaN, entropy = double.NaN;
        int count = 0;
        if (status == RowStatus.Ok)
        {
            double scale = mass == targetMass ? 1 : mass / targetMass;
            for (int j = 0; j < job.Targets; j++)
                q[j] *= scale;
            information = MassRow.Entropy(p, job.Sources, mass) + MassRow.Entropy(q, job.Targets, mass);
            if (job.Bounds != null)
                bound = Meet(p, job.Sources, sourceOrder, q, job.Targets, targetOrder, mass);
            count = Greedy(atoms, p, job.Sources, sourceOrder, q, job.Targets, targetOrder, mass, out entropy);

            // Rounding may leave less than nothing.
            information = Math.Max(0, information - entropy);
        }

        atoms.End(count, job.Sources + job.Targets - 1);
        if (job.Counts != null)
            job.Counts[row] = count;
        if (job.Entropies != null)
            job.Entropies[row] = Real.From<TReal>(entropy * job.Unit);
        if (job.Information != null)
            job.Information[row] = Real.From<TReal>(information * job.Unit);
        if (job.Bounds != null)
            job.Bounds[row] = Real.From<TReal>(bound * job.Unit);
        if (job.Status != null)
            job.Status[row] = status;
    }

    // Every atom leaves nothing of p's mass or of q's, so that there are at most n + m − 1 when one side has none left.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Greedy(in Atoms atoms, double* p, int sources, int* sourceOrder, double* q, int targets, int* targetOrder, double mass, out double entropy)
    {
        MassHeap source = MassHeap.Build(p, sourceOrder, sources), target = MassHeap.Build(q, targetOrder, targets);
        double residue = mass * Residue;
        int count = 0;
        entropy = 0;
        while (source.Mass > 0 && target.Mass > 0)
        {
            double left = source.Mass, right = target.Mass, atom = Math.Min(left, right);
            atoms.Add(count++, source.Top, target.Top, atom);
            entropy += MassRow.Term(atom / mass);
            source.Lower(left - atom <= residue ? 0 : left - atom);
            target.Lower(right - atom <= residue ? 0 : right - atom);
        }

        return count;
    }

    // H(p ∧ q): steps of the lesser of the two cumulative sums, largest masses first.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Meet(double* p, int sources, int* sourceOrder, double* q, int targets, int* targetOrder, double mass)
    {
        MassHeap source = MassHeap.Build(p, sourceOrder, sources), target = MassHeap.Build(q, targetOrder, targets);
        double sourceSum = 0, targetSum = 0, before = 0, entropy = 0;
        for (int i = 0; i < Math.Max(sources, targets); i++)
        {
            if (i < sources)
                sourceSum += p[source.Pop()];
            if (i < targets)
                targetSum += q[target.Pop()];
            double least = Math.Min(sourceSum, targetSum);
            entropy += MassRow.Term((least - before) / mass);
            before = least;
        }

        return entropy;
    }

    /// <summary>Where a problem's atoms go.</summary>
    private readonly struct Atoms(in CouplingJob<TReal> job, long row)
    {
        private readonly int* _sources = (int*)At(job.SourceIndices, row, job.SourceIndicesStride);
        private readonly int* _targets = (int*)At(job.TargetIndices, row, job.TargetIndicesStride);
        private readonly TReal* _masses = (TReal*)At(job.Masses, row, job.MassesStride);

        public void Add(int index, int source, int target, double mass) => Put(index, source, target, Real.From<TReal>(mass));

        public void End(int count, int most)
        {
            for (int i = count; i < most; i++)
                Put(i, -1, -1, default);
        }

        private void Put(int index, int source, int target, TReal mass)
        {
            if (_sources != null)
                _sources[index] = source;
            if (_targets != null)
                _targets[index] = target;
            if (_masses != null)
                _masses[index] = mass;
        }

        private static void* At(void* first, long row, nint stride) => first == null ? null : (byte*)first + ((nint)row * stride);
    }
}
