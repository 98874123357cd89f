using System;
using System.Collections.Generic;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.CrossEntropy;

/// <summary>Each option outside its range is an argument error that names it, on both paths, and nothing is written.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed class RefusedOptionsTests(string device)
{
    private const double Inf = double.PositiveInfinity;

    public static IEnumerable<TestCaseData> Wrong()
    {
        static TestCaseData Make(string name, object value, CrossEntropyOptions options) => new TestCaseData(name, options).SetArgDisplayNames(name, $"{value}");
        foreach (double value in new[] { -1e-9, 1.0000001, double.NaN, Inf })
            yield return Make("LabelSmoothing", value, new() { LabelSmoothing = value });
        foreach (double value in new[] { -1e-9, double.NaN, Inf })
        {
            yield return Make("ZLoss", value, new() { ZLoss = value });
            yield return Make("LogitPenalty", value, new() { LogitPenalty = value });
            yield return Make("Softcap", value, new() { Softcap = value });
            yield return Make("Normaliser", value, new() { Normaliser = value });
            yield return Make("TargetLossParameter", value, new() { TargetLoss = TargetLoss.Focal, TargetLossParameter = value });
            yield return Make("TargetLossParameter", value, new() { TargetLoss = TargetLoss.CompSum, TargetLossParameter = value });
        }
        foreach (double value in new[] { 0, -1, double.NaN, Inf })
            yield return Make("Temperature", value, new() { Temperature = value });
        foreach (double value in new[] { double.NaN, Inf, -Inf })
        {
            yield return Make("EntropyWeight", value, new() { EntropyWeight = value });
            yield return Make("MaxSuppression", value, new() { MaxSuppression = value });
            yield return Make("LogitPenaltyCenter", value, new() { LogitPenalty = 1, LogitPenaltyCenter = value });
            yield return Make("TargetLossParameter", value, new() { TargetLoss = TargetLoss.Poly1, TargetLossParameter = value });
        }
        foreach (int value in new[] { -1, 3, 99 })
            yield return Make("Reduction", value, new() { Reduction = (Reduction)value });
        foreach (int value in new[] { -1, 4, 99 })
            yield return Make("TargetLoss", value, new() { TargetLoss = (TargetLoss)value });
        yield return Make("Normaliser", "with sum", new() { Normaliser = 2, Reduction = Reduction.Sum });
        yield return Make("Normaliser", "with none", new() { Normaliser = 2, Reduction = Reduction.None });
    }

    [TestCaseSource(nameof(Wrong))]
    public void NamesTheOption(string name, CrossEntropyOptions options)
    {
        CrossEntropyCase c = Cases.Hard(ElementType.Float32, 6, Cases.Noise, 1, 2) with { Options = options };
        IsRefused(c, name);
        IsRefused(c with { Upstream = [1] }, name);
        // Also where there is nothing to do.
        IsRefused(Cases.Hard(ElementType.Float32, 6, Cases.Noise) with { Options = options }, name);
    }

    public static IEnumerable<TestCaseData> BeyondFp32()
    {
        foreach (double value in new[] { 1e39, 1e-50 })
        {
            TestCaseData Make(string name, CrossEntropyOptions options) => new TestCaseData(name, options).SetArgDisplayNames(name, $"{value}");
            yield return Make("ZLoss", new() { ZLoss = value });
            yield return Make("Softcap", new() { Softcap = value });
            yield return Make("EntropyWeight", new() { EntropyWeight = -value });
            yield return Make("MaxSuppression", new() { MaxSuppression = value });
            yield return Make("LogitPenalty", new() { LogitPenalty = value });
            yield return Make("LogitPenaltyCenter", new() { LogitPenalty = 1, LogitPenaltyCenter = -value });
            yield return Make("TargetLossParameter", new() { TargetLoss = TargetLoss.Poly1, TargetLossParameter = value });
            yield return Make("Normaliser", new() { Normaliser = value });
        }
    }

    [TestCaseSource(nameof(BeyondFp32))]
    public void WhatFp32CannotHoldIsRefusedWhereItIsTheArithmetic(string name, CrossEntropyOptions options)
    {
        foreach (ElementType type in new[] { ElementType.Float32, ElementType.Float16, ElementType.BFloat16 })
            IsRefused(Cases.Hard(type, 6, Cases.Noise, 1, 2) with { Options = options }, name);
        (Exception? error, _) = CaseRunner.Refused(TestDevices.Get(device), Cases.Hard(ElementType.Float64, 6, Cases.Noise, 1, 2) with { Options = options });
        Assert.That(error, Is.Null);
    }

    [TestCase(TargetLoss.Focal)]
    [TestCase(TargetLoss.Poly1)]
    [TestCase(TargetLoss.CompSum)]
    public void OtherTargetLossesNeedHardTargets(TargetLoss loss) => IsRefused(
        Cases.Soft(ElementType.Float32, 2, 6, Cases.Noise, (_, _) => 0.1) with { Options = new() { TargetLoss = loss, TargetLossParameter = 1 } },
        "TargetLoss");

    [Test]
    public void EdgesOfTheRangesAreAccepted()
    {
        CrossEntropyCase c = Cases.Hard(ElementType.Float32, 6, Cases.Noise, 1, 2);
        foreach (CrossEntropyOptions options in new CrossEntropyOptions[]
        {
            new() { LabelSmoothing = 1 },
            new() { Normaliser = 0 },
            new() { TargetLoss = TargetLoss.Focal },
            new() { TargetLoss = TargetLoss.CompSum },
            new() { TargetLoss = TargetLoss.Poly1, TargetLossParameter = -3 },
            new() { EntropyWeight = -1 },
            new() { MaxSuppression = -1 },
            new() { Softcap = 1e-30 },
        })
            CaseAssert.Conforms(TestDevices.Get(device), c with { Options = options });
    }

    [Test]
    public void NoColumns([Values(0, 2)] int rows)
    {
        CrossEntropyCase c = new() { Type = ElementType.Float32, Rows = rows, Columns = 0, Logits = [], TargetKind = TargetKind.Int32, Targets = new long[rows], LogitsPadding = 4, GradientPadding = 4 };
        IsRefused(c, "logits");
    }

    private void IsRefused(CrossEntropyCase c, string name)
    {
        TestDevice d = TestDevices.Get(device);
        (Exception? error, List<string> violations) = CaseRunner.Refused(d, c);
        Assert.That(error, Is.Not.Null, $"{name} was accepted");
        Assert.That(error!.Message, Does.Contain(name).IgnoreCase);
        Assert.That(violations, Is.Empty);
    }
}
