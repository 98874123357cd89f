using System;
using System.Linq;
using System.Security.Cryptography;

namespace Gibbs.Tests.Harness;

/// <summary>One hash over everything that a fixed set of cases writes on a device: equal hashes, equal bits.</summary>
internal static class ResultHash
{
    public static string Of(TestDevice device, int count = 240)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int id = 0; id < count; id++)
            Add(hash, device, CaseGenerator.Generate(31, id));
        // Large enough for several threads, with rows of several segments and a ragged end.
        foreach (ElementType type in ElementTypes.All)
        {
            long[] targets = [.. Enumerable.Range(0, 30).Select(i => (long)i)];
            Add(hash, device, Cases.Hard(type, 7001, Cases.Noise, targets) with { Options = new() { LabelSmoothing = 0.1, EntropyWeight = 0.1, ZLoss = 1e-3, Softcap = 20 }, LogitsOffset = 1 });
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, TestDevice device, CrossEntropyCase c)
    {
        CrossEntropyRun run = CaseRunner.Run(device, c);
        foreach ((Output output, byte[] bytes) in run.Bytes.OrderBy(b => b.Key))
        {
            hash.AppendData(BitConverter.GetBytes((int)output));
            hash.AppendData(Canonical(c.Type, output, bytes));
        }
    }

    // The payload and sign of a NaN are not results.
    private static byte[] Canonical(ElementType type, Output output, byte[] bytes)
    {
        ElementType stored = output switch
        {
            Output.Gradient => type,
            Output.Loss or Output.NormaliserUsed => ElementType.Float64,
            Output.Losses or Output.LogSumExp or Output.Entropy or Output.LogProbability => type.Real(),
            _ => (ElementType)(-1),
        };
        if ((int)stored < 0)
            return output == Output.Statistics ? [] : bytes;
        byte[] canonical = [.. bytes];
        int size = stored.Size();
        for (int at = 0; at < canonical.Length; at += size)
        {
            if (double.IsNaN(stored.Read(canonical.AsSpan(at))))
                canonical.AsSpan(at, size).Fill(0xFF);
        }
        return canonical;
    }
}
