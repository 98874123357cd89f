using System;

namespace Gibbs.Cpu.Transport;

/// <summary>What a batch is given, as plain pointers; null is absent. Offsets null: all problems are [Rows, Columns]. Strides are in bytes.</summary>
internal unsafe struct SinkhornBatchCall<TReal>
    where TReal : unmanaged
{
    public SinkhornOptions Options;
    public long Problems;
    public long Rows;
    public int Columns;
    public long* SourceOffsets;
    public long* TargetOffsets;
    public long* CostOffsets;

    /// <summary>Lengths of what offsets point into.</summary>
    public long SourceTotal;
    public long TargetTotal;
    public long CostTotal;
    public TReal* SourceWeights;
    public TReal* TargetWeights;
    public TReal* InitialTargetPotentials;
    public double* Epsilons;
    public double* Tolerances;
    public int* IterationLimits;
    public SinkhornResult* Results;
    public TReal* SourcePotentials;
    public TReal* TargetPotentials;
    public TReal* Plans;
    public nint PlanStride;
}

/// <summary>Where a problem of a batch lies.</summary>
/// <param name="Source">Its first row, of all problems' rows.</param>
/// <param name="Target">Its first column, of all problems' columns.</param>
/// <param name="Cost">Its first cost, in packed arrays; −1 where all problems are of one size.</param>
/// <param name="Rows">N.</param>
/// <param name="Columns">M.</param>
internal readonly record struct SinkhornPlace(long Source, long Target, long Cost, long Rows, int Columns);

/// <summary>The costs of a batch's problems.</summary>
internal interface ISinkhornProblems<TReal>
    where TReal : unmanaged
{
    /// <summary>A solve of the problem at a place, as of one alone.</summary>
    SinkhornResult Solve(ref SinkhornCall<TReal> call, in SinkhornPlace place);

    /// <summary>NaN in what is asked of the problem, beside what the call has.</summary>
    void Refuse(in SinkhornPlace place);
}

/// <summary>A batch of solves: small problems by a thread each, which takes the next when it is done, large ones by all threads, one after another. A problem's result is that of a solve alone, to the bit.</summary>
internal static unsafe class SinkhornBatchSolve<TReal, TProblems>
    where TReal : unmanaged
    where TProblems : unmanaged, ISinkhornProblems<TReal>
{
    // Problems beyond these do not share the second-level caches well.
    private const long LargeElements = 1 << 20;

    // Tiny problems are taken several at a time.
    private const long ChunkElements = 2048;
    private const long WorthwhileElements = 4096;

    private struct Job
    {
        public SinkhornBatchCall<TReal> Call;
        public TProblems Problems;
        public bool Few;
    }

    public static void Run(in SinkhornBatchCall<TReal> call, TProblems problems)
    {
        Job job = new() { Call = call, Problems = problems, Few = call.Problems < 2 * CpuThreads.Count };
        long chunk = call.SourceOffsets != null ? 1 : Math.Clamp(ChunkElements / Math.Max(1, call.Rows * call.Columns), 1, Math.Max(1, call.Problems / (4 * CpuThreads.Count)));
        WorkerTeam.Run(&Small, &job, call.Problems, chunk, Worthwhile(call));
        for (long p = 0; p < call.Problems; p++)
        {
            if (Place(call, p, out SinkhornPlace place) && Large(job, place))
                call.Results[p] = Solve(job, p, place);
        }
    }

    // Whether there is work enough, some iterations of all problems, to wake others for it.
    private static bool Worthwhile(in SinkhornBatchCall<TReal> call)
    {
        long work = 0;
        for (long p = 0; p < call.Problems && work < WorthwhileElements; p++)
            work += Place(call, p, out SinkhornPlace place) ? place.Rows * place.Columns : 0;
        return work >= WorthwhileElements;
    }

    private static void Small(void* context, long begin, long end)
    {
        ref readonly Job job = ref *(Job*)context;
        for (long p = begin; p < end; p++)
        {
            if (!Place(job.Call, p, out SinkhornPlace place))
                job.Call.Results[p] = NoPlan.Of<TReal>(default, 0, TransportStatus.InvalidInput);
            else if (!Large(job, place))
                job.Call.Results[p] = Solve(job, p, place);
        }
    }

    private static bool Large(in Job job, in SinkhornPlace place) =>
        place.Rows * place.Columns >= LargeElements || (job.Few && RowSplit.Parallel(place.Rows, place.Columns));

    // Where problem p is; false where its offsets do not fit.
    private static bool Place(in SinkhornBatchCall<TReal> call, long p, out SinkhornPlace place)
    {
        if (call.SourceOffsets == null)
        {
            place = new(p * call.Rows, p * call.Columns, -1, call.Rows, call.Columns);
            return true;
        }

        place = default;
        if (!Range(call.SourceOffsets, p, call.SourceTotal, out long source, out long rows) || !Range(call.TargetOffsets, p, call.TargetTotal, out long target, out long columns))
            return false;
        if (columns > Array.MaxLength || rows > Array.MaxLength)
            return false;
        long cost = -1;
        if (call.CostOffsets != null)
        {
            if (!Range(call.CostOffsets, p, call.CostTotal, out cost, out long costs) || costs != rows * columns)
                return false;
        }

        place = new(source, target, cost, rows, (int)columns);
        return true;
    }

    private static bool Range(long* offsets, long p, long total, out long begin, out long count)
    {
        begin = offsets[p];
        long end = offsets[p + 1];
        count = end - begin;
        return begin >= 0 && end > begin && end <= total;
    }

    private static SinkhornResult Solve(in Job job, long p, in SinkhornPlace place)
    {
        ref readonly SinkhornBatchCall<TReal> batch = ref job.Call;
        SinkhornCall<TReal> call = default;
        call.Options = batch.Options;
        if (batch.Epsilons != null)
            call.Options = call.Options with { Epsilon = batch.Epsilons[p] };
        if (batch.Tolerances != null)
            call.Options = call.Options with { Tolerance = batch.Tolerances[p] };
        if (batch.IterationLimits != null)
            call.Options = call.Options with { MaxIterations = batch.IterationLimits[p] };
        call.Rows = place.Rows;
        call.Columns = place.Columns;
        call.SourceWeights = At(batch.SourceWeights, place.Source);
        call.TargetWeights = At(batch.TargetWeights, place.Target);
        call.InitialTargetPotential = At(batch.InitialTargetPotentials, place.Target);
        call.SourcePotential = At(batch.SourcePotentials, place.Source);
        call.TargetPotential = At(batch.TargetPotentials, place.Target);
        bool packed = place.Cost >= 0;
        call.PlanStride = packed ? (nint)place.Columns * sizeof(TReal) : batch.PlanStride;
        if (batch.Plans != null)
            call.Plan = packed ? batch.Plans + place.Cost : (TReal*)((byte*)batch.Plans + ((nint)place.Source * batch.PlanStride));
        if (Valid(ref call))
            return job.Problems.Solve(ref call, place);
        job.Problems.Refuse(place);
        return NoPlan.Of(call, 0, TransportStatus.InvalidInput);
    }

    private static TReal* At(TReal* array, long offset) => array == null ? null : array + offset;

    private static bool Valid(ref SinkhornCall<TReal> call) =>
        SinkhornValidation.IsEpsilon(call.Options.Epsilon)
        && SinkhornValidation.IsTolerance(call.Options.Tolerance)
        && call.Options.MaxIterations >= 1
        && Mass(call.SourceWeights, call.Rows, out call.SourceMass)
        && Mass(call.TargetWeights, call.Columns, out call.TargetMass)
        && SinkhornValidation.MassesAgree(call.Options, call.SourceMass, call.TargetMass);

    private static bool Mass(TReal* weights, long count, out double mass)
    {
        mass = 1;
        return weights == null || SinkhornValidation.TryMass(new ReadOnlySpan<TReal>(weights, (int)count), out mass, out _);
    }
}
