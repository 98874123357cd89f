using System;
using System.Collections.Generic;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests;

/// <summary>The harness accepts the correctly rounded reference and rejects each kind of defect, so that a green suite means something.</summary>
[TestFixture]
[Category("Cpu")]
public sealed unsafe class HarnessSelfTests
{
    private static readonly int[] s_types = [0, 1, 2, 3];

    [Test]
    public void AcceptsTheCorrectlyRoundedReference()
    {
        for (int id = 0; id < 400; id++)
            CaseAssert.Conforms(new ReferenceDevice(), CaseGenerator.Generate(7, id));
    }

    [TestCaseSource(nameof(s_types))]
    public void RejectsAGradientOffByTwoSteps(int type) => Rejects((ElementType)type, call =>
    {
        ElementType t = (ElementType)type;
        // Three ulp of float16 and bfloat16; the fp32 and fp64 rules are relative to the row's largest entry.
        Span<byte> first = new((void*)call.Gradient, t.Size());
        double value = t.Read(first);
        double wrong = t.Size() == 2 ? t.Step(t.Step(t.Step(value, 1), 1), 1) : value * (1 + (t == ElementType.Float32 ? 4e-6 : 4e-13));
        t.Write(first, wrong);
    });

    [TestCaseSource(nameof(s_types))]
    public void RejectsALossOffByThreePartsInAMillion(int type) => Rejects((ElementType)type, call =>
    {
        ElementType real = ((ElementType)type).Real();
        Span<byte> first = new((void*)call.Losses, real.Size());
        real.Write(first, real.Read(first) * (1 + (real == ElementType.Float32 ? 3e-6 : 3e-13)));
    });

    [TestCaseSource(nameof(s_types))]
    public void RejectsAWriteIntoThePadding(int type) =>
        Rejects((ElementType)type, call => ((byte*)call.Gradient)[call.Columns * ((ElementType)type).Size()] ^= 1);

    [Test]
    public void RejectsAWriteBeforeAnOutput() => Rejects(ElementType.Float32, call => ((byte*)call.Rank)[-1] ^= 1);

    [Test]
    public void RejectsAWriteBehindAnOutput() => Rejects(ElementType.Float32, call => ((byte*)call.Status)[call.Rows] ^= 1);

    [Test]
    public void RejectsAChangedInput() => Rejects(ElementType.Float32, call => ((byte*)call.Logits)[0] ^= 1);

    [Test]
    public void RejectsAWrongStatus() => Rejects(ElementType.Float32, call => ((byte*)call.Status)[0] ^= 1);

    [Test]
    public void RejectsAWrongArgmax() => Rejects(ElementType.Float32, call => ((long*)call.Argmax)[0]++);

    [Test]
    public void RejectsAWrongCount() => Rejects(ElementType.Float32, call => ((long*)call.ValidRows)[0]++);

    [Test]
    public void RejectsAMissingValue() => Rejects(ElementType.Float32, call => ((float*)call.Entropy)[0] = float.NaN);

    private static void Rejects(ElementType type, Action<RawCall> mutation)
    {
        CrossEntropyCase c = Simple(type);
        Assert.That(Comparison.Errors(c, CaseRunner.Run(new ReferenceDevice(), c)), Is.Empty);
        IReadOnlyList<string> errors = Comparison.Errors(c, CaseRunner.Run(new ReferenceDevice { Mutation = mutation }, c));
        Assert.That(errors, Is.Not.Empty);
    }

    // Row 0's first gradient entry is its largest, so that the rules that are relative to the largest are sharp there.
    private static CrossEntropyCase Simple(ElementType type) => new()
    {
        Type = type,
        Rows = 2,
        Columns = 5,
        Logits = [.. new[] { -1.0, 2, 0.5, 1, -0.25, 3, 0, 0, 1, 2 }.Select(v => type.Round(v))],
        TargetKind = TargetKind.Int64,
        Targets = [0, 4],
        LogitsPadding = 3,
        GradientPadding = 2,
        GradientOffset = 1,
    };
}
