using System;
using System.Linq;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Policies;

/// <summary>Group advantages against their formulas, and where groups are small, equal or bad.</summary>
[TestFixture("cpu", Category = "Cpu")]
[TestFixture("native", Category = "Native")]
public sealed unsafe class GroupAdvantageTests(string device)
{
    private static readonly AdvantageKind[] s_kinds = Enum.GetValues<AdvantageKind>();

    private delegate void SpanForm<TReal>(ReadOnlySpan<TReal> rewards, ReadOnlySpan<long> groupOffsets, in GroupAdvantageOutputs<TReal> outputs, in GroupAdvantageOptions options)
        where TReal : unmanaged;

    private delegate void DeviceForm<TReal>(CudaStream stream, DeviceSpan<TReal> rewards, DeviceSpan<long> groupOffsets, in DeviceGroupAdvantageOutputs<TReal> outputs, in GroupAdvantageOptions options)
        where TReal : unmanaged;

    [Test]
    public void EveryKindConforms([ValueSource(nameof(s_kinds))] AdvantageKind kind, [Values] bool biased, [Values(0, 1)] int type, [Values] bool inPlace)
    {
        ElementType element = (ElementType)type;
        Random random = new(5);
        long[] offsets = [0, 4, 5, 5, 75, 83];
        double[] rewards = [.. Enumerable.Range(0, 83).Select(_ => element.Round(random.NextDouble() < 0.3 ? random.Next(2) : (3 * random.NextDouble()) - 1))];
        GroupAdvantageOptions options = new() { Kind = kind, Biased = biased, Epsilon = 0.01 };
        (double[] advantages, double[] means, double[] deviations) = Run(element, rewards, offsets, options, inPlace);
        Tolerance tolerance = new(element, false);
        for (int g = 0; g < 5; g++)
        {
            double[] group = rewards[(int)offsets[g]..(int)offsets[g + 1]];
            double mean = group.Length == 0 ? double.NaN : group.Average();
            double deviation = group.Length < 2 ? 0 : Math.Sqrt(group.Sum(r => (r - mean) * (r - mean)) / (biased ? group.Length : group.Length - 1));
            Assert.That(tolerance.RealIsClose(means[g], mean, 1e-14), $"mean {g}: {means[g]:R}, expected {mean:R}");
            Assert.That(tolerance.RealIsClose(deviations[g], deviation, 1e-14), $"deviation {g}: {deviations[g]:R}, expected {deviation:R}");
            for (int i = 0; i < group.Length; i++)
            {
                double expected = group.Length == 1 ? 0 : kind switch
                {
                    AdvantageKind.Standardised => (group[i] - mean) / (deviation + 0.01),
                    AdvantageKind.Centred => group[i] - mean,
                    _ => group[i] - ((group.Sum() - group[i]) / (group.Length - 1)),
                };
                double actual = advantages[(int)offsets[g] + i];
                Assert.That(tolerance.RealIsClose(actual, expected, 1e-12), $"advantage {i} of group {g}: {actual:R}, expected {expected:R}");
            }
        }
    }

    [Test]
    public void EqualRewardsGiveExactlyZero([ValueSource(nameof(s_kinds))] AdvantageKind kind)
    {
        // 0.1 three times is not 0.3, and a mean of them not 0.1.
        double[] rewards = [0.1, 0.1, 0.1, 1e300, 1e300, -7];
        (double[] advantages, _, double[] deviations) = Run(ElementType.Float64, rewards, [0, 3, 5, 6], new() { Kind = kind, Epsilon = 0 }, false);
        Assert.That(advantages, Is.All.Zero);
        Assert.That(deviations, Is.All.Zero);
    }

    [Test]
    public void ANaNStaysInItsGroup([ValueSource(nameof(s_kinds))] AdvantageKind kind)
    {
        double[] rewards = [1, double.NaN, 2, 1, 3, 5];
        (double[] advantages, double[] means, _) = Run(ElementType.Float32, rewards, [0, 3, 6], new() { Kind = kind }, false);
        Assert.That(advantages[..3], Is.All.NaN);
        Assert.That(means[0], Is.NaN);
        Assert.That(advantages[3..].Sum(), Is.EqualTo(0).Within(1e-6));
        Assert.That(advantages[5], Is.GreaterThan(0));
    }

    [Test]
    public void NoGroups() => Assert.That(Run(ElementType.Float32, [], [0], default, false).Advantages, Is.Empty);

    [Test]
    public void WrongArgumentsAreNamed()
    {
        static void Throws<TException>(Action call, string text)
            where TException : Exception => Assert.That(Assert.Throws<TException>(call)!.Message, Does.Contain(text));
        Assert.Multiple(() =>
        {
            Throws<ArgumentException>(() => GroupAdvantage.Compute([1f], default, new()), "groupOffsets is empty");
            Throws<ArgumentException>(() => GroupAdvantage.Compute([1f, 2f], [0, 1], new()), "groupOffsets go from 0 to 1; they must go from 0 to 2");
            Throws<ArgumentException>(() => GroupAdvantage.Compute([1f, 2f], [0, 2, 1, 2], new()), "groupOffsets[2] is 1");
            Throws<ArgumentException>(() => GroupAdvantage.Compute([1f, 2f], [0, 2], new() { Advantages = new float[1] }), "outputs.Advantages has 1 elements; it needs 2");
            Throws<ArgumentException>(() => GroupAdvantage.Compute([1f, 2f], [0, 2], new() { Means = new float[2] }), "outputs.Means has 2 elements; it needs 1");
            Throws<ArgumentOutOfRangeException>(() => GroupAdvantage.Compute([1f, 2f], [0, 2], new(), new() { Epsilon = -1 }), "Epsilon is -1");
            Throws<ArgumentOutOfRangeException>(() => GroupAdvantage.Compute([1f, 2f], [0, 2], new(), new() { Kind = (AdvantageKind)3 }), "Kind is 3");
            float[] rewards = [1, 2, 3];
            Throws<ArgumentException>(() => GroupAdvantage.Compute(rewards.AsSpan(0, 2), [0, 2], new() { Advantages = rewards.AsSpan(1) }), "outputs.Advantages overlaps");
        });
    }

    [Test]
    public void DefaultsAreTheDocumentedOnes()
    {
        Assert.That(default(GroupAdvantageOptions), Is.EqualTo(new GroupAdvantageOptions { Kind = AdvantageKind.Standardised, Biased = false, Epsilon = 1e-6 }));
        Assert.That(default(GroupAdvantageOptions).Epsilon, Is.EqualTo(1e-6));
    }

    private (double[] Advantages, double[] Means, double[] Deviations) Run(ElementType type, double[] rewards, long[] offsets, GroupAdvantageOptions options, bool inPlace)
    {
        using TokenMemory memory = new(TestDevices.Get(device));
        int rows = rewards.Length, groups = offsets.Length - 1;
        TokenMemory.Place r = memory.Reals("rewards", type, rewards, rows, 1, 0, 1, inPlace), o = memory.Longs("offsets", offsets);
        TokenMemory.Place advantages = inPlace ? r : memory.Out("advantages", type.Size(), rows, 1, 0, 0);
        TokenMemory.Place means = memory.Out("means", type.Size(), groups, 1, 0, 0), deviations = memory.Out("deviations", type.Size(), groups, 1, 0, 0);
        if (type == ElementType.Float32)
            Run<float>(GroupAdvantage.Compute, GroupAdvantage.Compute);
        else
            Run<double>(GroupAdvantage.Compute, GroupAdvantage.Compute);
        memory.Check();
        return (memory.FetchReals(advantages, type), memory.FetchReals(means, type), memory.FetchReals(deviations, type));

        void Run<TReal>(SpanForm<TReal> spans, DeviceForm<TReal> views)
            where TReal : unmanaged
        {
            if (memory.Device is not NativeDevice native)
            {
                GroupAdvantageOutputs<TReal> host = new() { Advantages = new((void*)advantages.Address, rows), Means = new((void*)means.Address, groups), Deviations = new((void*)deviations.Address, groups) };
                spans(new((void*)r.Address, rows), new((void*)o.Address, offsets.Length), host, options);
                return;
            }

            int ordinal = native.Stream.Device.Ordinal;
            DeviceGroupAdvantageOutputs<TReal> outputs = new() { Advantages = new(advantages.Address, rows, ordinal), Means = new(means.Address, groups, ordinal), Deviations = new(deviations.Address, groups, ordinal) };
            views(native.Stream, new(r.Address, rows, ordinal), new(o.Address, offsets.Length, ordinal), outputs, options);
            native.Stream.Synchronize();
        }
    }
}
