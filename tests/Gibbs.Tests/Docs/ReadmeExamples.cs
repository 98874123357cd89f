using System;

namespace Gibbs.Tests.Docs;

/// <summary>The README's C#, each block between its markers, so that what it shows compiles and runs.</summary>
internal static class ReadmeExamples
{
    public static void Spans()
    {
        // readme:spans
        float[,] logits = { { 2f, -1f, 0.5f }, { 0f, 3f, 1f } };
        int[] targets = [0, 1];
        float[] losses = new float[2];
        float[,] gradient = new float[2, 3];

        CrossEntropyResult result = SoftmaxCrossEntropy.Compute(
            logits,
            targets,
            new() { Losses = losses, Gradient = gradient },
            new() { LabelSmoothing = 0.1, ZLoss = 1e-4 });

        Console.WriteLine($"mean loss {result.Loss:F4} over {result.ValidRows} rows");
        // readme:end
    }

    public static void Device()
    {
        // readme:device
        using CudaDevice device = CudaDevice.Open();
        using CudaStream stream = device.CreateStream();

        using DeviceBuffer<float> logits = stream.Upload<float>([2f, -1f, 0.5f, 0f, 3f, 1f]);
        using DeviceBuffer<long> targets = stream.Upload<long>([0, 1]);
        using DeviceBuffer<float> loss = stream.Allocate<float>(1);

        // The gradient takes the logits' place. Nothing waits for the device until the loss is copied back.
        DeviceSpan2D<float> rows = logits.AsRows(2, 3);
        SoftmaxCrossEntropy.Compute(stream, rows, targets, new() { Loss = loss, Gradient = rows }, new() { LabelSmoothing = 0.1, ZLoss = 1e-4 });

        Console.WriteLine($"mean loss {loss.ToArray()[0]:F4}");
        // readme:end
    }

    public static void Project()
    {
        // readme:projection
        float[,] scores = { { 2f, 1.5f, -1f, 0.3f } };
        float[,] upstream = { { 1f, 0f, 0f, 0f } };
        float[,] attention = new float[1, 4];
        float[,] gradient = new float[1, 4];
        float[] byAlpha = new float[1];

        // Entmax-1.5: a softmax whose small probabilities are exactly 0. Its gradient needs the result alone.
        RowMap entmax = RowMap.Entmax(1.5);
        Projection.Apply(entmax, scores, new() { Output = attention });
        Projection.Gradient(entmax, upstream, new() { Output = attention }, new() { Input = gradient, Parameter = byAlpha });

        Console.WriteLine($"p = [{attention[0, 0]:F4}, {attention[0, 1]:F4}, {attention[0, 2]:F4}, {attention[0, 3]:F4}], dp/dalpha = {byAlpha[0]:F4}");
        // readme:end
    }

    public static void Entropy()
    {
        // readme:entropy
        float[,] logits = { { 2f, 1f, 0f, -1f } };
        float[,] gradient = new float[1, 4];
        float[] entropies = new float[1];
        long[] samples = new long[1];

        // The entropy of the tokens that make 0.9 of the mass, its gradient, and a token drawn from them: the same on every device.
        TokenSet.Compute(
            logits,
            new() { Entropies = entropies, Samples = samples, Gradient = gradient },
            new() { TopP = 0.9, Temperature = 0.8, Seed = 7 });

        // A policy gradient: of r·H + u·log p_a, one pass over the logits.
        RowEntropy.Compute(
            logits,
            new() { Entropies = entropies, Gradient = gradient },
            inputs: new() { RowWeights = [0.01f], Actions = samples, ActionWeights = [1.5f] });

        Console.WriteLine($"H = {entropies[0]:F4}, token {samples[0]}");
        // readme:end
    }

    public static void Transport()
    {
        // readme:transport
        float[,] x = { { 0f, 0f }, { 1f, 0f } }, y = { { 0f, 2f }, { 1f, 2f } };
        float[] f = new float[2], g = new float[2];
        float[,] gradient = new float[2, 2], mapped = new float[2, 2];
        SinkhornOptions options = new() { Epsilon = 1 };

        // Costs |x - y|^2 are made where they are needed: for a million points no N x M matrix would be stored either.
        SinkhornResult result = Sinkhorn.SolvePoints(x, y, new() { SourcePotential = f, TargetPotential = g, SourceGradient = gradient }, options);

        // What the plan does to y, and a proof of how good the answer is, from the potentials alone.
        TransportCost cost = TransportCost.Points(x, y);
        TransportPotentials<float> potentials = new() { SourcePotential = f, TargetPotential = g };
        TransportPlan.Apply(cost, potentials, y, mapped, options, barycentric: true);
        double gap = TransportRounding.Round(cost, potentials, default, options).Gap;

        Console.WriteLine($"{result.Status}: <P, C> = {result.LinearCost:F4}, x[0] goes to ({mapped[0, 0]:F4}, {mapped[0, 1]:F4}), at most {Math.Ceiling(gap * 1e5):F0}e-5 from optimal");
        // readme:end
    }
}
