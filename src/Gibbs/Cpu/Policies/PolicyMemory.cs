namespace Gibbs.Cpu.Policies;

/// <summary>Refuses outputs that share memory with another array otherwise than token for token: the passes read and write sequences in no particular order.</summary>
internal static unsafe class PolicyMemory
{
    private const int Outputs = 4;
    private const int All = 12;

    private static readonly string[] s_names =
    [
        "outputs.TokenLosses", "outputs.LogProbabilityGradient", "outputs.EntropyGradient", "outputs.Flags", "logProbabilities", "inputs.OldLogProbabilities", "inputs.ReferenceLogProbabilities",
        "inputs.ProxyLogProbabilities", "inputs.Advantages", "inputs.Entropies", "inputs.Mask", "inputs.SequenceAdvantages",
    ];

    public static void Check<TReal>(in PolicyJob<TReal> job)
        where TReal : unmanaged
    {
        Place* places = stackalloc Place[All]
        {
            new((byte*)job.TokenLosses.Start, job.TokenLosses.Stride, sizeof(TReal)),
            new((byte*)job.LogProbabilityGradient.Start, job.LogProbabilityGradient.Stride, sizeof(TReal)),
            new((byte*)job.EntropyGradient.Start, job.EntropyGradient.Stride, sizeof(TReal)),
            new((byte*)job.Flags.Start, job.Flags.Stride, 1),
            new((byte*)job.LogProbabilities.Start, job.LogProbabilities.Stride, sizeof(TReal)),
            new((byte*)job.Old.Start, job.Old.Stride, sizeof(TReal)),
            new((byte*)job.Reference.Start, job.Reference.Stride, sizeof(TReal)),
            new((byte*)job.Proxy.Start, job.Proxy.Stride, sizeof(TReal)),
            new((byte*)job.Advantages.Start, job.Advantages.Stride, sizeof(TReal)),
            new((byte*)job.Entropies.Start, job.Entropies.Stride, sizeof(TReal)),
            new(job.Mask.Start, job.Mask.Stride, 1),
            new((byte*)job.SequenceAdvantages, sizeof(TReal), 0),
        };
        for (int output = 0; output < Outputs; output++)
        {
            if (places[output].Start == null)
                continue;
            for (int other = output + 1; other < All; other++)
            {
                if (places[other].Start == null)
                    continue;
                bool same = other >= Outputs && places[output].Bytes == places[other].Bytes && places[output].Start == places[other].Start
                    && (job.Rows == 1 || places[output].Stride == places[other].Stride);
                if (!same && Memory(places[output], job.Rows, job.Columns).Overlaps(Memory(places[other], job.Rows, job.Columns)))
                    ArgumentChecks.Fail(s_names[output], $"{s_names[output]} overlaps {s_names[other]}; it must be the memory of an input of its type, token for token, or disjoint.");
            }
        }
    }

    // Of no bytes per token: one number of a real per sequence.
    private static RowMemory Memory(Place place, long rows, int columns) =>
        new(place.Start, place.Stride, rows, place.Bytes == 0 ? place.Stride : (nint)columns * place.Bytes);

    private readonly struct Place(byte* start, nint stride, int bytes)
    {
        public readonly byte* Start = start;
        public readonly nint Stride = stride;
        public readonly int Bytes = bytes;
    }
}
