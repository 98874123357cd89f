using CommunityToolkit.HighPerformance;

namespace Gibbs.Cpu.Transport.Tiny;

/// <summary>Balanced assignments on spans: checks, pins, shares problems out to the worker team.</summary>
internal static unsafe class CpuBalancedAssignment
{
    // Bids per token that an ordinary problem takes.
    private const int OrdinaryBids = 8;

    public static void Solve<T>(ReadOnlySpan2D<T> scores, in BalancedAssignmentOutputs outputs, in BalancedAssignmentOptions options, in BalancedAssignmentInputs inputs)
        where T : unmanaged
    {
        int tokens = BalancedAssignmentValidation.Check(options, new(scores.Height, scores.Width), inputs.Capacities.Length, outputs.Experts.Length, outputs.Prices.Length, outputs.Results.Length);
        fixed (T* values = scores)
        fixed (int* capacities = inputs.Capacities, experts = outputs.Experts)
        fixed (double* prices = outputs.Prices)
        fixed (BalancedAssignmentResult* results = outputs.Results)
        {
            Job job = new()
            {
                Options = options,
                Tokens = tokens,
                Experts = scores.Width,
                Scores = (byte*)values,
                Stride = RowSplit.StrideBytes(scores),
                Capacities = capacities,
                CapacitiesStride = inputs.Capacities.Length > scores.Width ? scores.Width : 0,
                Assigned = experts,
                Prices = prices,
                Results = results,
            };
            long work = (long)tokens * scores.Width * OrdinaryBids;
            WorkerTeam.Run(&Run<T>, &job, options.Problems, RowSplit.Chunk<T>(options.Problems, work, 1), RowSplit.Parallel(options.Problems, work));
        }
    }

    private static void Run<T>(void* context, long begin, long end)
        where T : unmanaged
    {
        ref readonly Job job = ref *(Job*)context;
        for (long problem = begin; problem < end; problem++)
        {
            byte* scores = job.Scores + ((nint)problem * job.Tokens * job.Stride);
            int* capacities = job.Capacities == null ? null : job.Capacities + (problem * job.CapacitiesStride);
            int* assigned = job.Assigned == null ? null : job.Assigned + (problem * job.Tokens);
            double* prices = job.Prices == null ? null : job.Prices + (problem * job.Experts);
            Auction<T> auction = new(scores, job.Stride, job.Tokens, job.Experts, capacities, job.Options.Tolerance, job.Options.MaxBids);
            BalancedAssignmentResult result = auction.Solve(assigned, prices);
            if (job.Results != null)
                job.Results[problem] = result;
        }
    }

    private struct Job
    {
        public BalancedAssignmentOptions Options;
        public int Tokens;
        public int Experts;
        public byte* Scores;
        public nint Stride;
        public int* Capacities;
        public long CapacitiesStride;
        public int* Assigned;
        public double* Prices;
        public BalancedAssignmentResult* Results;
    }
}
