using System;
using System.Collections.Generic;
using System.Globalization;

using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>
/// Generated cases of every map against the reference: results, statuses, thresholds, supports, masks and gradients, wherever the rows lie. A failure names seed and id. GIBBS_TEST_SEED chooses another sequence,
/// GIBBS_TEST_ID one case of it, GIBBS_TEST_CASES scales their number.
/// </summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class ConformanceTests(string device)
{
    private static int Seed => Number("GIBBS_TEST_SEED", 3);

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void Forward(string name)
    {
        ProjectionDevice target = ProjectionDevice.Get(device);
        foreach (int id in Ids())
            ProjectionComparison.ConformsForward(target, ProjectionGenerator.Generate(name, Seed, id));
    }

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void Gradient(string name)
    {
        ProjectionDevice target = ProjectionDevice.Get(device);
        foreach (int id in Ids())
            ProjectionComparison.ConformsGradient(target, ProjectionGenerator.Generate(name, Seed + 1, id));
    }

    private IEnumerable<int> Ids()
    {
        if (Environment.GetEnvironmentVariable("GIBBS_TEST_ID") is { Length: > 0 })
        {
            yield return Number("GIBBS_TEST_ID", 0);
            yield break;
        }
        // The emulator runs every thread of a block; it sees the same code for fewer cases.
        int count = device == "cpu" ? 160 : 48;
        double scale = double.TryParse(Environment.GetEnvironmentVariable("GIBBS_TEST_CASES"), CultureInfo.InvariantCulture, out double given) ? given : 1;
        for (int id = 0; id < (int)(count * scale); id++)
            yield return id;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
