using System;
using System.Globalization;

namespace Gibbs.Cli.Transport;

/// <summary>What a solve of <c>gibbs sinkhorn</c> tells: lines for people, or one line of JSON; and the exit code.</summary>
internal sealed record SinkhornReport
{
    public required string Method { get; init; }

    public required ExecutionDevice Device { get; init; }

    public required ElementType Type { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required double Epsilon { get; init; }

    public required SinkhornResult Result { get; init; }

    /// <summary>The value of a feasible plan near P, less the dual value; NaN where there is none.</summary>
    public required double Gap { get; init; }

    /// <summary>The solve alone.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>Whether there is something to write.</summary>
    public bool HasOutputs => Result.Status is TransportStatus.Converged or TransportStatus.FloorReached or TransportStatus.MaxIterations;

    /// <summary>Writes it.</summary>
    /// <returns>0 where the answer is one, 1 otherwise.</returns>
    public int Write(bool json)
    {
        if (json)
            WriteJson();
        else
            WriteText();
        if (Complaint() is { } complaint)
            Console.Error.WriteLine($"gibbs: {complaint}");
        else if (Warning is { } warning && !json)
            Console.Error.WriteLine($"gibbs: warning: {warning}");
        return Result.Status is TransportStatus.Converged or TransportStatus.FloorReached ? 0 : 1;
    }

    private void WriteJson() => JsonLine.Write(writer =>
    {
        writer.WriteString("operation", "sinkhorn");
        writer.WriteString("method", Method);
        writer.WriteReal("value", Result.Value);
        writer.WriteReal("linearCost", Result.LinearCost);
        writer.WriteReal("kl", Result.Kl);
        writer.WriteReal("dual", Result.Dual);
        writer.WriteReal("gap", Gap);
        writer.WriteReal("marginalError", Result.MarginalError);
        writer.WriteNumber("iterations", Result.Iterations);
        writer.WriteString("status", Result.Status.ToString());
        writer.WriteShape("shape", Rows, Columns);
        writer.WriteString("type", Type.ToString().ToLowerInvariant());
        writer.WriteString("device", Device.Name);
        writer.WriteNumber("milliseconds", Math.Round(Milliseconds, 6));
        if (Warning is { } warning)
            writer.WriteString("warning", warning);
    });

    private void WriteText()
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        Console.WriteLine(string.Create(culture, $"problem     {Rows} x {Columns} {Type.ToString().ToLowerInvariant()}, epsilon {Epsilon:R}, {Method}"));
        Line("value", Result.Value);
        Line("linear cost", Result.LinearCost);
        Line("KL", Result.Kl);
        Line("dual", Result.Dual);
        Line("gap", Gap);
        Line("error", Result.MarginalError, " of the marginals, L1");
        Console.WriteLine(string.Create(culture, $"status      {Result.Status} after {Result.Iterations} iterations"));
        Console.WriteLine($"device      {Device.Name} ({Device.Description}), {Device.Reason}");
        Console.WriteLine(string.Create(culture, $"time        {Milliseconds:0.000} ms, the solve alone"));
        Console.Out.Flush();
    }

    private static void Line(string name, double value, string what = "")
    {
        if (!double.IsNaN(value))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-11} {value:R}{what}"));
    }

    // An answer, but not the one that was asked for.
    private string? Warning => Result.Status == TransportStatus.FloorReached
        ? string.Create(CultureInfo.InvariantCulture, $"FloorReached: the marginal error falls no further than {Result.MarginalError:0.0e+0}, above the tolerance")
        : null;

    private string? Complaint() => Result.Status switch
    {
        TransportStatus.MaxIterations => string.Create(
            CultureInfo.InvariantCulture,
            $"MaxIterations: the marginal error is {Result.MarginalError:0.0e+0} after {Result.Iterations} iterations; outputs are those of the last (raise --max-iterations, --tolerance or --epsilon)"),
        TransportStatus.Infeasible => "Infeasible: no plan has these marginals, forbidden pairs leave mass with nowhere to go; nothing is written",
        TransportStatus.NonFinite => "NonFinite: the costs hold a NaN or -infinity, or a point is not finite; nothing is written",
        TransportStatus.InvalidInput => "InvalidInput: weights must be at least 0, finite, with some mass, and of equal sums where both marginals are held; nothing is written",
        _ => null,
    };
}
