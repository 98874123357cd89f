using System;

using Gibbs.Cpu.Transport;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>What adaptive over-relaxation answers to errors and dual values that are made up: Young's relation, oscillation, growth, and the safeguard, which few real problems reach.</summary>
internal sealed class OverRelaxationPolicyTests
{
    private const int Period = 5;

    [Test]
    public void TheRateOfPlainStepsGivesYoungsOmega([Values(0.5, 0.9, 0.99)] double rate)
    {
        OverRelaxation relaxation = OverRelaxation.Start;
        Assert.That(Fall(ref relaxation, 1, rate, out _), Is.EqualTo(Youngs(rate)).Within(1e-12));
    }

    [Test]
    public void ARateOfOscillationShrinksOmega()
    {
        OverRelaxation relaxation = OverRelaxation.Start;
        double omega = Fall(ref relaxation, 1, 0.99, out double error);
        Assert.That(Steps(ref relaxation, ref error, omega - 1), Is.EqualTo(1 + (0.85 * (omega - 1))).Within(1e-12));
    }

    [Test]
    public void AnErrorThatGrowsHalvesTheExcess()
    {
        OverRelaxation relaxation = OverRelaxation.Start;
        double omega = Fall(ref relaxation, 1, 0.99, out double error);
        Assert.That(Steps(ref relaxation, ref error, 1.1), Is.EqualTo(1 + ((omega - 1) / 2)).Within(1e-12));
    }

    [Test]
    public void ADualThatFallsIsMetByPlainStepsAndBoundsOmega()
    {
        OverRelaxation relaxation = OverRelaxation.Start;
        double omega = Fall(ref relaxation, 1, 0.99, out double error), dual = 1;
        Assert.That(relaxation.Next(error, dual - 1e-3, 2e-3), Is.EqualTo(omega), "within the rounding");
        dual -= 1e-3;
        for (int step = 0; step < 4; step++)
            Assert.That(relaxation.Next(error, dual - 1, 1e-6), Is.EqualTo(1), $"step {step}");

        // The same rate as before would give the same ω.
        double again = 1;
        for (int step = 0; step < Period; step++)
        {
            error *= 0.99;
            again = relaxation.Next(error, dual, 1e-6);
        }

        Assert.That(again, Is.EqualTo(1 + (0.9 * (omega - 1))).Within(1e-12));
    }

    private static double Youngs(double rate) => 1 + (0.98 * ((2 / (1 + Math.Sqrt(1 - rate))) - 1));

    // The first error, and a period that falls at a rate.
    private static double Fall(ref OverRelaxation relaxation, double first, double rate, out double error)
    {
        error = first;
        Assert.That(relaxation.Next(error, 1, 1e-6), Is.EqualTo(1));
        return Steps(ref relaxation, ref error, rate);
    }

    private static double Steps(ref OverRelaxation relaxation, ref double error, double rate)
    {
        double omega = 0;
        for (int step = 0; step < Period; step++)
        {
            error *= rate;
            omega = relaxation.Next(error, 1, 1e-6);
        }

        return omega;
    }
}
