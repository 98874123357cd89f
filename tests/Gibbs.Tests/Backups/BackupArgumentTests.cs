using System;

using CommunityToolkit.HighPerformance;

using NUnit.Framework;

namespace Gibbs.Tests.Backups;

/// <summary>Options have documented defaults; wrong arguments are named, with what was given and what would be right.</summary>
[Category("Cpu")]
public sealed class BackupArgumentTests
{
    private static readonly float[] s_rows = new float[12];

    private static ReadOnlySpan2D<float> Rows(int rows, int columns) => new(s_rows, rows, columns);

    private static void Refused<TException>(Action call, params string[] parts)
        where TException : ArgumentException
    {
        string message = Assert.Throws<TException>(() => call())!.Message;
        foreach (string part in parts)
            Assert.That(message, Does.Contain(part));
    }

    [Test]
    public void DefaultsAreDefaults()
    {
        Assert.That(default(SoftBackupOptions), Is.EqualTo(new SoftBackupOptions { KlWeight = 0, Temperature = 1, Minimise = false }));
        Assert.That(default(TiltOptions), Is.EqualTo(new TiltOptions { Budget = 1, Slope = null }));
        Assert.That(default(FtrlOptions), Is.EqualTo(new FtrlOptions { Kind = FtrlRegulariser.Shannon, Alpha = 0.5, Rate = 1 }));
        Assert.That(new SoftBackupOptions { Temperature = 0 }.Temperature, Is.Zero);
        Assert.That(new TiltOptions { Budget = 0.25 }.Budget, Is.EqualTo(0.25));
    }

    [Test]
    public void SoftBackupArguments()
    {
        static void Call(SoftBackupOptions options) => SoftBackup.Compute(Rows(3, 4), new SoftBackupOutputs<float, float> { Values = new float[3] }, options);
        Refused<ArgumentOutOfRangeException>(() => Call(new() { KlWeight = -1 }), "KlWeight is -1", "not negative");
        Refused<ArgumentOutOfRangeException>(() => Call(new() { Temperature = double.NaN }), "Temperature is NaN");
        Refused<ArgumentOutOfRangeException>(() => Call(new() { Temperature = 1e300 }), "Temperature is 1E+300", "fp32");
        Refused<ArgumentException>(() => SoftBackup.Compute(Rows(3, 0), new SoftBackupOutputs<float, float>()), "q is [", "0]; it needs at least one column");
        Refused<ArgumentException>(() => SoftBackup.Compute(Rows(3, 4), new SoftBackupOutputs<float, float> { Values = new float[2] }), "outputs.Values has 2 elements", "needs 3");
        Refused<ArgumentException>(
            () => SoftBackup.Compute(Rows(3, 4), new SoftBackupOutputs<float, float>(), default, new SoftBackupInputs<float, float> { LogPrior = Rows(2, 4) }), "inputs.LogPrior is [2, 4]", "[3, 4], as q");
        float[] memory = new float[24];
        Refused<ArgumentException>(
            () => SoftBackup.Compute(new ReadOnlySpan2D<float>(memory, 3, 4), new SoftBackupOutputs<float, float> { QGradient = new Span2D<float>(memory, 1, 3, 4, 0) }), "outputs.QGradient overlaps q in part");
        Refused<ArgumentException>(
            () => SoftBackup.Compute(new ReadOnlySpan2D<float>(memory, 3, 4), new SoftBackupOutputs<float, float> { Policy = new Span2D<float>(memory, 3, 4) }), "outputs.Policy overlaps q");
    }

    [Test]
    public void TiltArguments()
    {
        static void Call(TiltOptions options, TiltInputs<float, float> inputs = default) => Tilt.Compute(Rows(3, 4), Rows(3, 4), new TiltOutputs<float, float>(), options, inputs);
        Refused<ArgumentOutOfRangeException>(() => Call(new() { Budget = -1 }), "Budget is -1");
        Refused<ArgumentOutOfRangeException>(() => Call(new() { Slope = double.PositiveInfinity }), "Slope is", "finite");
        Refused<ArgumentException>(() => Call(new() { Slope = 1 }, new() { Budgets = new float[3] }), "inputs.Budgets", "one of them decides");
        Refused<ArgumentException>(() => Call(default, new() { Slopes = new float[4] }), "inputs.Slopes has 4 elements", "needs 3");
        Refused<ArgumentException>(() => Tilt.Compute(Rows(4, 3), Rows(3, 4), new TiltOutputs<float, float>()), "logPrior is [4, 3]", "[3, 4], as reward");
        Refused<ArgumentException>(() => Tilt.Compute(Rows(3, 4), Rows(3, 4), new TiltOutputs<float, float> { Gradient = new float[3, 4] }), "inputs.Upstream is empty");
    }

    [Test]
    public void FtrlArguments()
    {
        static void Call(FtrlOptions options, FtrlInputs<float, float> inputs = default) => Ftrl.Compute(Rows(3, 4), new FtrlOutputs<float, float>(), options, inputs);
        Refused<ArgumentOutOfRangeException>(() => Call(new() { Kind = (FtrlRegulariser)7 }), "Kind is 7");
        Refused<ArgumentOutOfRangeException>(() => Call(new() { Alpha = 1 }), "Alpha is 1", "in (0, 1)");
        Refused<ArgumentOutOfRangeException>(() => Call(new() { Rate = 0 }), "Rate is 0", "positive");
        Refused<ArgumentException>(() => Call(default, new() { ColumnRates = new float[3] }), "inputs.ColumnRates has 3 elements", "needs 4");
        Refused<ArgumentException>(() => Call(default, new() { Rates = Rows(4, 3) }), "inputs.Rates is [4, 3]", "[3, 4], as losses");
        Refused<ArgumentException>(() => Ftrl.Compute(Rows(3, 4), new FtrlOutputs<float, float> { Gradient = new float[3, 4] }), "inputs.Upstream is empty");
    }

    [Test]
    public void ASteadyStateAllocatesNothing()
    {
        float[] q = new float[4000], policy = new float[4000], values = new float[40];
        for (int j = 0; j < q.Length; j++)
            q[j] = MathF.Sin(j);
        void Call()
        {
            SoftBackup.Compute(new ReadOnlySpan2D<float>(q, 40, 100), new SoftBackupOutputs<float, float> { Policy = new Span2D<float>(policy, 40, 100), Values = values });
            Tilt.Compute(new ReadOnlySpan2D<float>(policy, 40, 100), new ReadOnlySpan2D<float>(q, 40, 100), new TiltOutputs<float, float> { Slopes = values }, new TiltOptions { Budget = 0.5 });
            Ftrl.Compute(new ReadOnlySpan2D<float>(q, 40, 100), new FtrlOutputs<float, float> { Policy = new Span2D<float>(policy, 40, 100) }, new FtrlOptions { Kind = FtrlRegulariser.Tsallis });
        }
        Call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
            Call();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void WidthsOfVectorsDoNotMatter()
    {
        double[] q = new double[300], policy = new double[300], tilted = new double[300], leader = new double[300];
        for (int j = 0; j < q.Length; j++)
            q[j] = Math.Sin(j * 1.7) * 3;
        (double[], double[], double[]) Run(int bits)
        {
            Cpu.CpuSettings.ForcedVectorBits = bits;
            try
            {
                ReadOnlySpan2D<double> rows = new(q, 3, 100);
                SoftBackup.Compute(rows, new SoftBackupOutputs<double, double> { Policy = new Span2D<double>(policy, 3, 100) });
                Tilt.Compute(new ReadOnlySpan2D<double>(policy, 3, 100), rows, new TiltOutputs<double, double> { LogProbabilities = new Span2D<double>(tilted, 3, 100) }, new TiltOptions { Budget = 0.3 });
                Ftrl.Compute(rows, new FtrlOutputs<double, double> { Policy = new Span2D<double>(leader, 3, 100) }, new FtrlOptions { Kind = FtrlRegulariser.Tsallis, Alpha = 0.3 });
                return ([.. policy], [.. tilted], [.. leader]);
            }
            finally
            {
                Cpu.CpuSettings.ForcedVectorBits = 0;
            }
        }
        var expected = Run(128);
        foreach (int bits in new[] { 256, 512 })
        {
            var run = Run(bits);
            Assert.That(run.Item1, Is.EqualTo(expected.Item1));
            Assert.That(run.Item2, Is.EqualTo(expected.Item2));
            Assert.That(run.Item3, Is.EqualTo(expected.Item3));
        }
    }
}
