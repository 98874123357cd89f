using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>Generated cases of every map against the reference: results, statuses, thresholds, supports, masks and gradients, wherever the rows lie. A failure names seed and id, which replay it.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class ConformanceTests(string device)
{
    private const int Seed = 3;

    // The emulator runs every thread of a block; it sees the same code for fewer cases.
    private int Count => device == "cpu" ? 160 : 32;

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void Forward(string name)
    {
        ProjectionDevice target = ProjectionDevice.Get(device);
        for (int id = 0; id < Count; id++)
            ProjectionComparison.ConformsForward(target, ProjectionGenerator.Generate(name, Seed, id));
    }

    [TestCaseSource(typeof(MapCatalogue), nameof(MapCatalogue.Names))]
    public void Gradient(string name)
    {
        ProjectionDevice target = ProjectionDevice.Get(device);
        for (int id = 0; id < Count; id++)
            ProjectionComparison.ConformsGradient(target, ProjectionGenerator.Generate(name, Seed + 1, id));
    }
}
