using System;
using System.Collections.Generic;
using System.Globalization;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>
/// Thousands of seeded random cases against the reference. GIBBS_TEST_SEED chooses another sequence, GIBBS_TEST_ID one case of it, GIBBS_TEST_CASES scales their number.
/// </summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class GeneratedTests(string device)
{
    private const int Count = 5000;

    private static int Seed => Number("GIBBS_TEST_SEED", 20260101);

    public static IEnumerable<int> Ids()
    {
        if (Environment.GetEnvironmentVariable("GIBBS_TEST_ID") is { Length: > 0 })
        {
            yield return Number("GIBBS_TEST_ID", 0);
            yield break;
        }
        double scale = double.TryParse(Environment.GetEnvironmentVariable("GIBBS_TEST_CASES"), CultureInfo.InvariantCulture, out double given) ? given : 1;
        for (int id = 0; id < (int)(Count * scale); id++)
            yield return id;
    }

    [TestCaseSource(nameof(Ids))]
    public void Case(int id) => CaseAssert.Conforms(TestDevices.Get(device), CaseGenerator.Generate(Seed, id));

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
