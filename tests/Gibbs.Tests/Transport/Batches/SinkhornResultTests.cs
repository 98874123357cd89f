using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>The record of a solve: its layout, and the divergences of relaxed marginals.</summary>
internal sealed class SinkhornResultTests
{
    [Test]
    public void LaidOutAsTheNativeRecord()
    {
        SinkhornResult[] results = [default, new(1, 2, 3, 4, 5, 6, 7, 8, TransportStatus.InvalidInput)];
        Assert.That(Unsafe.SizeOf<SinkhornResult>(), Is.EqualTo(64));
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(results.AsSpan(1));
        for (int k = 0; k < 7; k++)
            Assert.That(MemoryMarshal.Read<double>(bytes[(8 * k)..]), Is.EqualTo(k + 1));
        Assert.That(MemoryMarshal.Read<int>(bytes[56..]), Is.EqualTo(8));
        Assert.That(bytes[60], Is.EqualTo(5));
    }

    [TestCase(0.4, 0.9)]
    [TestCase(0.4, double.PositiveInfinity)]
    [TestCase(double.PositiveInfinity, 0.9)]
    [TestCase(double.PositiveInfinity, double.PositiveInfinity)]
    public void GradientsByEpsilonAndRho(double sourceRho, double targetRho)
    {
        double[,] cost = { { 0, 1.1, 0.4 }, { 0.7, 0.2, 0.9 } };
        bool held = double.IsPositiveInfinity(sourceRho) && double.IsPositiveInfinity(targetRho);
        double[] a = [0.8, 0.6], b = held ? [0.3, 0.7, 0.4] : [0.3, 0.9, 0.6];
        SinkhornResult Solve(double epsilon, double source, double target) => Sinkhorn.Solve(
            cost, default, new() { Epsilon = epsilon, SourceRho = source, TargetRho = target, Tolerance = 1e-14 }, new() { SourceWeights = a, TargetWeights = b });
        SinkhornResult result = Solve(0.3, sourceRho, targetRho);
        const double H = 1e-5;
        Assert.That(result.Kl, Is.EqualTo((Solve(0.3 + H, sourceRho, targetRho).Value - Solve(0.3 - H, sourceRho, targetRho).Value) / (2 * H)).Within(1e-8));
        Assert.That(
            result.SourceDivergence,
            Is.EqualTo(double.IsPositiveInfinity(sourceRho) ? 0 : (Solve(0.3, sourceRho + H, targetRho).Value - Solve(0.3, sourceRho - H, targetRho).Value) / (2 * H)).Within(1e-8));
        Assert.That(
            result.TargetDivergence,
            Is.EqualTo(double.IsPositiveInfinity(targetRho) ? 0 : (Solve(0.3, sourceRho, targetRho + H).Value - Solve(0.3, sourceRho, targetRho - H).Value) / (2 * H)).Within(1e-8));
    }
}
