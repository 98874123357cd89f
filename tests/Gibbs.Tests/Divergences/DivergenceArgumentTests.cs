using System;

using CommunityToolkit.HighPerformance;

using Gibbs.Cpu;
using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Divergences;

/// <summary>What divergences refuse, and what holds for every call on spans.</summary>
[Category("Cpu")]
public sealed class DivergenceArgumentTests
{
    private static readonly (DivergenceOptions Options, string Name)[] s_wrong =
    [
        (new() { Kind = (DivergenceKind)7 }, "Kind"),
        (new() { Beta = 0 }, "Beta"),
        (new() { Beta = 1 }, "Beta"),
        (new() { Alpha = double.NaN }, "Alpha"),
        (new() { Kind = DivergenceKind.Alpha, Alpha = 1e300 }, "Alpha"),
        (new() { CrossEntropyShare = -0.1 }, "CrossEntropyShare"),
        (new() { StudentTemperature = 0 }, "StudentTemperature"),
        (new() { TeacherTemperature = double.PositiveInfinity }, "TeacherTemperature"),
        (new() { TeacherTemperature = 2, TeacherInput = TeacherInput.Probabilities }, "TeacherTemperature"),
        (new() { TeacherInput = (TeacherInput)2 }, "TeacherInput"),
        (new() { Tail = SparseTail.Bucket }, "Tail"),
        (new() { Weight = double.NaN }, "Weight"),
        (new() { Reduction = (Reduction)3 }, "Reduction"),
        (new() { Reduction = Reduction.Sum, Normaliser = 2 }, "Normaliser"),
    ];

    [Test]
    public void OptionsOutOfRange()
    {
        foreach ((DivergenceOptions options, string name) in s_wrong)
            Assert.That(() => RowDivergence.Compute(new float[2, 3], new float[2, 3], default, options), Throws.InstanceOf<ArgumentException>().With.Message.Contains(name), $"{options}");
        foreach ((DivergenceOptions options, string name) in new (DivergenceOptions, string)[]
        {
            (new() { Kind = DivergenceKind.Jeffreys }, "Tail"),
            (new() { TeacherInput = TeacherInput.Probabilities }, "TeacherInput"),
            (new() { TeacherTemperature = 2 }, "TeacherTemperature"),
        })
            Assert.That(() => RowDivergence.ComputeSparse(new float[2, 3], new int[2, 1], new float[2, 1], default, options), Throws.InstanceOf<ArgumentException>().With.Message.Contains(name), $"{options}");
    }

    [Test]
    public void DefaultsAreTheDocumentedOnes()
    {
        DivergenceOptions options = default;
        Assert.That(options, Is.EqualTo(new DivergenceOptions() { Beta = 0.5, Alpha = 0.5, CrossEntropyShare = 0.5, StudentTemperature = 1, TeacherTemperature = 1, Weight = 1 }));
        Assert.That((options.Kind, options.Reduction, options.Tail, options.TeacherInput, options.PerElement, options.Normaliser), Is.EqualTo((DivergenceKind.KullbackLeibler, Reduction.Mean, SparseTail.None, TeacherInput.Logits, false, (double?)null)));
    }

    [Test]
    public void ShapesThatDoNotFit()
    {
        void Throws(Action call, string name) => Assert.That(() => call(), NUnit.Framework.Throws.ArgumentException.With.Message.Contains(name));
        Throws(() => RowDivergence.Compute(new float[2, 0], new float[2, 0], default), "student");
        Throws(() => RowDivergence.Compute(new float[2, 3], new float[2, 4], default), "teacher");
        Throws(() => RowDivergence.Compute(new float[2, 3], new float[2, 3], new() { Divergences = new float[3] }), "Divergences");
        Throws(() => RowDivergence.Compute(new float[2, 3], new float[2, 3], new() { StudentGradient = new float[2, 2] }), "StudentGradient");
        Throws(() => RowDivergence.Compute(new float[2, 3], new float[2, 3], default, default, new() { RowWeights = new float[1] }), "RowWeights");
        Throws(() => RowDivergence.ComputeSparse(new float[2, 3], new int[2, 4], new float[2, 4], default), "ids");
        Throws(() => RowDivergence.ComputeSparse(new float[2, 3], new int[2, 2], new float[2, 1], default), "teacherLogProbabilities");
        Throws(() => RowDivergence.ComputeSparse(new float[2, 3], new long[2, 2], new float[2, 2], new() { TeacherGradient = new float[2, 3] }), "TeacherGradient");
    }

    [Test]
    public void OverlapsThatAreNotInPlace()
    {
        float[] memory = new float[64];
        void Throws(int student, int teacher, int studentGradient, int teacherGradient, string name) => Assert.That(
            () =>
            {
                Span2D<float> At(int start) => start < 0 ? default : new(memory, start, 2, 6, 0);
                RowDivergence.Compute(At(student), At(teacher), new() { StudentGradient = At(studentGradient), TeacherGradient = At(teacherGradient) });
            },
            NUnit.Framework.Throws.ArgumentException.With.Message.Contains(name));
        Throws(0, 20, 1, -1, "StudentGradient");
        Throws(0, 20, 20, -1, "StudentGradient");
        Throws(0, 20, -1, 21, "TeacherGradient");
        Throws(0, 20, -1, 0, "TeacherGradient");
        Throws(0, 20, 40, 41, "TeacherGradient");
        Throws(0, 0, 0, 0, "TeacherGradient");
    }

    [Test]
    public void NoRowsAreNoError()
    {
        Assert.That(RowDivergence.Compute(new float[0, 3], new float[0, 3], default), Is.EqualTo(new CrossEntropyResult(0, 0, 0)));
        Assert.That(RowDivergence.ComputeSparse(new float[0, 3], new int[0, 3], new float[0, 3], default).Loss, Is.Zero);
    }

    [Test]
    [NonParallelizable]
    public void EqualBitsForAnyWidthAndThreads([ValueSource(typeof(RowDivergenceTests), nameof(RowDivergenceTests.Kinds))] DivergenceOptions kind, [Values(0, 1, 2)] int type)
    {
        DivergenceCase c = DivergenceCase.Of((ElementType)type, 40, 4200, Cases.Noise, (i, j) => Cases.Noise(i + 50, j), kind);
        DivergenceCase sparse = SparseDivergenceTests.TopOf((ElementType)type, 40, 4200, 8, Cases.Noise, (i, j) => Cases.Noise(i + 50, j), kind with { Tail = SparseTail.Bucket });
        int threads = CpuThreads.Count;
        try
        {
            DivergenceRun expected = DivergenceRunner.Run("cpu", c), expectedSparse = DivergenceRunner.Run("cpu", sparse);
            foreach (int bits in new[] { 128, 256, 512 })
            {
                CpuSettings.ForcedVectorBits = bits;
                CpuThreads.Count = bits == 256 ? 1 : 3;
                CpuSettings.ForcedStreaming = bits == 128;
                RowDivergenceTests.Same(expected, DivergenceRunner.Run("cpu", c));
                RowDivergenceTests.Same(expectedSparse, DivergenceRunner.Run("cpu", sparse));
            }
        }
        finally
        {
            CpuSettings.ForcedVectorBits = 0;
            CpuSettings.ForcedStreaming = null;
            CpuThreads.Count = threads;
        }
    }

    [Test]
    [NonParallelizable]
    public void ASteadyCallAllocatesNothing()
    {
        float[,] student = new float[8, 300], teacher = new float[8, 300], gradient = new float[8, 300], logs = new float[8, 2];
        int[,] ids = new int[8, 2];
        void Call()
        {
            RowDivergence.Compute(student, teacher, new() { StudentGradient = gradient }, new() { Kind = DivergenceKind.JensenShannon });
            RowDivergence.ComputeSparse(student, ids, logs, new() { StudentGradient = gradient });
        }

        for (int i = 0; i < 3; i++)
            Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
