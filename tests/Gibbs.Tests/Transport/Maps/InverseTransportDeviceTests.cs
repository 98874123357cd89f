using System;
using System.Linq;
using System.Runtime.CompilerServices;

using Gibbs.Tests.Harness;

using NUnit.Framework;

namespace Gibbs.Tests.Transport;

/// <summary>The inverse-transport loss on the device against that on spans.</summary>
[TestFixture]
[Category("Native")]
internal sealed class InverseTransportDeviceTests
{
    [Test]
    public void TheSameAsOnSpans([Values(1, 5, 33)] int rows, [Values(1, 7, 70)] int columns)
    {
        CudaStream stream = TestDevices.Native().Stream;
        double[,] cost = ElasticCase.Points(rows, columns, 1), observed = InverseTransportTests.Coupling(rows, columns, 2), gradient = new double[rows, columns];
        SinkhornOptions options = new() { Epsilon = 0.4, Tolerance = 1e-11 };
        InverseTransportResult expected = InverseTransport.Loss(cost, observed, new() { CostGradient = gradient }, options);

        using DeviceArray<double> costs = new(stream, cost), seen = new(stream, observed), found = new(stream, gradient);
        using DeviceBuffer<InverseTransportResult> result = stream.Allocate<InverseTransportResult>(1);
        DeviceInverseTransportOutputs<double> outputs = new() { Result = result, CostGradient = found.View };
        using DeviceBuffer<byte> scratch = stream.Allocate<byte>(InverseTransport.WorkspaceBytes(stream, costs.View, seen.View, outputs, options));
        InverseTransport.Loss(stream, costs.View, seen.View, outputs, options, new() { Workspace = scratch });
        InverseTransportResult loss = result.ToArray()[0];
        Assert.That(loss.Transport.Status, Is.EqualTo(TransportStatus.Converged));
        Assert.That(loss.ObservedCost, Is.EqualTo(expected.ObservedCost).Within(1e-13));
        Assert.That(loss.Value, Is.EqualTo(expected.Value).Within(1e-9));
        Assert.That(loss.Gap, Is.EqualTo(expected.Gap).Within(1e-9));
        Assert.That(found.Read().Cast<double>(), Is.EqualTo(gradient.Cast<double>()).Within(1e-10));

        using DeviceArray<float> narrowCosts = new(stream, ElasticCase.Single(cost)), narrowSeen = new(stream, ElasticCase.Single(observed)), narrow = new(stream, new float[rows, columns]);
        InverseTransport.Loss(stream, narrowCosts.View, narrowSeen.View, new() { Result = result, CostGradient = narrow.View }, options with { Tolerance = 0 });
        Assert.That(result.ToArray()[0].Gap, Is.EqualTo(expected.Gap).Within(1e-5));
        Assert.That(narrow.Read().Cast<float>().Select(v => (double)v), Is.EqualTo(gradient.Cast<double>()).Within(1e-5));
    }

    [Test]
    public void WhatIsNoCouplingHasAStatus([Values(-0.1, double.NaN, double.PositiveInfinity)] double bad)
    {
        CudaStream stream = TestDevices.Native().Stream;
        double[,] observed = { { 0.5, bad }, { 0.2, 0.3 } };
        using DeviceArray<double> costs = new(stream, new double[2, 2]), seen = new(stream, observed), found = new(stream, new double[2, 2]);
        using DeviceBuffer<InverseTransportResult> result = stream.Allocate<InverseTransportResult>(1);
        InverseTransport.Loss(stream, costs.View, seen.View, new() { Result = result, CostGradient = found.View }, new() { Epsilon = 0.1 });
        Assert.That(result.ToArray()[0].Transport.Status, Is.EqualTo(TransportStatus.InvalidInput));
        Assert.That(new[] { result.ToArray()[0].Value, result.ToArray()[0].Gap }, Is.All.NaN);
        Assert.That(found.Read().Cast<double>(), Is.All.NaN);
    }

    [Test]
    public void ForbiddenPairsThatWereNeverSeenCostNothing()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceArray<double> costs = new(stream, new[,] { { 0, double.PositiveInfinity }, { 1, 0 } }), seen = new(stream, new[,] { { 0.5, 0 }, { 0.2, 0.3 } });
        using DeviceBuffer<InverseTransportResult> result = stream.Allocate<InverseTransportResult>(1);
        InverseTransport.Loss(stream, costs.View, seen.View, new() { Result = result }, new() { Epsilon = 0.1 });
        Assert.That(result.ToArray()[0].ObservedCost, Is.EqualTo(0.2).Within(1e-15));
    }

    [Test]
    public void ArgumentsAreChecked()
    {
        CudaStream stream = TestDevices.Native().Stream;
        using DeviceBuffer<double> memory = stream.Upload<double>(new double[100]);
        using DeviceBuffer<InverseTransportResult> result = stream.Allocate<InverseTransportResult>(2);
        DeviceSpan2D<double> cost = memory.Span.Slice(0, 6).AsRows(2, 3), observed = memory.Span.Slice(10, 6).AsRows(2, 3);
        DeviceSpan<InverseTransportResult> one = result.Span.Slice(0, 1);
        SinkhornOptions options = new() { Epsilon = 0.1 };
        string Message(Action call) => Assert.Catch<Exception>(() => call())!.Message;
        Assert.That(Unsafe.SizeOf<InverseTransportResult>(), Is.EqualTo(88));
        Assert.That(Message(() => InverseTransport.Loss(stream, cost, observed, default, options)), Does.Contain("outputs.Result has 0 elements; it needs 1"));
        Assert.That(Message(() => InverseTransport.Loss(stream, cost, memory.Span.Slice(10, 6).AsRows(3, 2), new() { Result = one }, options)), Does.Contain("observed is [3, 2]; it must be [2, 3]"));
        Assert.That(Message(() => InverseTransport.Loss(stream, cost, observed, new() { Result = one }, default)), Does.Contain("Epsilon is 0"));
        Assert.That(Message(() => InverseTransport.Loss(stream, cost, observed, new() { Result = one }, options with { TargetRho = 1 })), Does.Contain("TargetRho is 1"));
        Assert.That(Message(() => InverseTransport.Loss(stream, cost, observed, new() { Result = one, TargetPotential = memory.Span.Slice(30, 2) }, options)), Does.Contain("outputs.TargetPotential has 2"));
        Assert.That(Message(() => InverseTransport.Loss(stream, cost, observed, new() { Result = one, CostGradient = observed }, options)), Does.Contain("cost_gradient: overlaps observed"));
    }
}
