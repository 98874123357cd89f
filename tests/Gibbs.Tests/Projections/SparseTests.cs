using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Projections.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Projections;

/// <summary>The sparse form is the dense one with the zeros left out, to the bit; offsets are whole where there is no room.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class SparseTests(string device)
{
    [TestCase("simplex")]
    [TestCase("entmax-1.5")]
    [TestCase("entmax")]
    [TestCase("sparse-simplex")]
    public void IsTheDenseFormWithoutZeros(string name)
    {
        ProjectionDevice target = ProjectionDevice.Get(device);
        for (int id = 0; id < (device == "cpu" ? 80 : 16); id++)
        {
            ProjectionCase c = ProjectionGenerator.Generate(name, 31, id);
            ProjectionRun dense = ProjectionRunner.Forward(target, c with { InPlace = false });
            List<long> offsets = [0];
            List<int> indices = [];
            List<double> values = [];
            for (int i = 0; i < c.Rows; i++)
            {
                for (int j = 0; j < c.Columns; j++)
                {
                    double y = dense.Y[(i * c.Columns) + j];
                    if (y != 0)
                    {
                        indices.Add(j);
                        values.Add(y);
                    }
                }
                offsets.Add(indices.Count);
            }
            ProjectionRun count = ProjectionRunner.Sparse(target, c, 0);
            Assert.That(count.Entries, Is.EqualTo(indices.Count), c.Describe());
            Assert.That(count.Integers(MapOutput.RowOffsets), Is.EqualTo(offsets), c.Describe());
            Assert.That(count.Status, Is.EqualTo(dense.Status), c.Describe());
            if (indices.Count == 0)
                continue;
            ProjectionRun full = ProjectionRunner.Sparse(target, c, indices.Count);
            Assert.That(full.Violations, Is.Empty);
            Assert.That(full.Integers(MapOutput.RowOffsets), Is.EqualTo(offsets), c.Describe());
            Assert.That(full.Indices, Is.EqualTo(indices), c.Describe());
            Assert.That(full.Elements(MapOutput.SparseValues), Is.EqualTo(values), c.Describe());
            // Half the room: the first half is right, nothing is written beyond it, the offsets say what is missing.
            int room = (indices.Count + 1) / 2;
            ProjectionRun half = ProjectionRunner.Sparse(target, c, room);
            Assert.That(half.Violations, Is.Empty);
            Assert.That(half.Integers(MapOutput.RowOffsets), Is.EqualTo(offsets));
            Assert.That(half.Entries, Is.EqualTo(indices.Count));
            long whole = offsets.Last(o => o <= room);
            Assert.That(half.Indices.Take((int)whole), Is.EqualTo(indices.Take((int)whole)), c.Describe());
        }
    }
}
