using System.Collections.Generic;

using NUnit.Framework;

namespace Gibbs.Tests.Harness;

internal static class CaseAssert
{
    /// <summary>Runs a case on a device and fails with every difference from the reference and the full case.</summary>
    public static CrossEntropyRun Conforms(TestDevice device, CrossEntropyCase c)
    {
        CrossEntropyRun run = CaseRunner.Run(device, c);
        IReadOnlyList<string> errors = Comparison.Errors(c, run);
        if (errors.Count > 0)
            Assert.Fail($"{device.Name}: {string.Join("\n  ", errors)}\n{c.Describe()}");
        return run;
    }

    /// <summary>Two runs of what must be the same to the bit.</summary>
    public static void SameBits(CrossEntropyRun expected, CrossEntropyRun actual, string what)
    {
        string difference = expected.Difference(actual);
        if (difference.Length > 0)
            Assert.Fail($"{what}: {difference}");
    }
}
