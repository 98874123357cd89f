using System.CommandLine;

using Gibbs.Cli.Kernels;
using Gibbs.Cli.Npy;

namespace Gibbs.Cli.Transport;

/// <summary><c>gibbs sinkhorn</c>: a transport problem in .npy files. This file is its options; <see cref="SinkhornRun{T, TReal, TKernels}"/> the work.</summary>
internal static class SinkhornCommand
{
    public static Command Create()
    {
        DetailedCommand command = new(
            "sinkhorn",
            "Solve a regularised optimal-transport problem: a cost matrix, or two clouds of points, in .npy files.",
            "min over P of <P, C> + ε·KL(P | a⊗b), with marginals a and b, or with ρ·KL of them where relaxed; P_ij = a_i·b_j·exp((f_i + g_j - C_ij)/ε).\n"
            + "--method sparse solves <P, C> + (ε/2)·|P|² instead, with at most --k entries a column. --divergence writes the derivatives by a and b as --f and --g. +infinity forbids a pair. Output files appear whole or not at all.\n"
            + "Exit code 0 for Converged and FloorReached; 1 for MaxIterations (outputs are written), Infeasible and NonFinite (none are).");
        Option<string?> cost = CommonOptions.File("--cost", "C [N, M].");
        Option<string?> x = CommonOptions.File("--x", "Points [N, d], with --y in place of --cost.");
        Option<string?> y = CommonOptions.File("--y", "Points [M, d].");
        MetricOptions metric = new();
        Option<string?> a = CommonOptions.File("--a", "Weights a [N]. Default 1/N each.");
        Option<string?> b = CommonOptions.File("--b", "Weights b [M]. Default 1/M each.");
        Option<string?> initial = CommonOptions.File("--initial-g", "Potential g [M] to start from.");
        Option<double> epsilon = CommonOptions.Real("--epsilon", double.NaN, static e => e > 0, "positive", "ε, in the units of the cost.");
        epsilon.Required = true;
        Option<double> epsilonStart = CommonOptions.Real("--epsilon-start", 0, static e => e >= 0, "at least 0", "Start from this ε and halve it until it is --epsilon; 0 for no schedule.");
        Option<double> rho = CommonOptions.Real("--rho", double.NaN, static r => r > 0, "positive", "Relax both marginals: ρ·KL(P1 | a) + ρ·KL(P'1 | b). Default: they are held.");
        Option<double> sourceRho = CommonOptions.Real("--source-rho", double.NaN, static r => r > 0, "positive", "Relax P1 = a alone.");
        Option<double> targetRho = CommonOptions.Real("--target-rho", double.NaN, static r => r > 0, "positive", "Relax P'1 = b alone.");
        Option<double> tolerance = CommonOptions.Real("--tolerance", 0, static t => t >= 0, "at least 0", "Of the L1 marginal error; 0 for 1e-5 in float32 and 1e-9 in float64.");
        Option<long> limit = CommonOptions.Integer("--max-iterations", 10000, 1, int.MaxValue, "Limit of full iterations.");
        Option<bool> plain = new("--plain") { Description = "Plain alternating updates, without over-relaxation." };
        Option<TransportMethod> method = CommonOptions.Name<TransportMethod>("--method", "sinkhorn|newton|sparse", "Sinkhorn's iterations (default), Sinkhorn-Newton-Sparse, or sparse plans by quadratic regularisation.");
        Option<long> k = CommonOptions.Integer("--k", null, 1, int.MaxValue, "The most entries of a column of the plan, of --method sparse; without it no limit.");
        Option<bool> divergence = new("--divergence") { Description = "The debiased Sinkhorn divergence of --x and --y." };
        Option<string?> plan = CommonOptions.File("--plan", "Write P [N, M].");
        Option<string?> picture = CommonOptions.File("--picture", "Draw P as a .png or .ppm: a pixel an entry, dark where mass is.");
        Option<string?> f = CommonOptions.File("--f", "Write the potential f [N].");
        Option<string?> g = CommonOptions.File("--g", "Write the potential g [M].");
        Option<string?> costGradient = CommonOptions.File("--cost-gradient", "Write the value's gradient by C [N, M].");
        Option<string?> xGradient = CommonOptions.File("--x-gradient", "Write the value's gradient by x [N, d].");
        Option<string?> yGradient = CommonOptions.File("--y-gradient", "Write the value's gradient by y [M, d].");
        Option<ElementType?> type = CommonOptions.Type("Convert costs or points to this type on load; points to float32 or float64 only. Default: the file's.");
        Option<DeviceRequest> device = CommonOptions.Device();
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in new Option[] { cost, x, y })
            command.Add(option);
        metric.AddTo(command);
        foreach (Option option in new Option[]
            {
                a, b, initial, epsilon, epsilonStart, rho, sourceRho, targetRho, tolerance, limit, plain, method, k, divergence, plan, picture, f, g, costGradient, xGradient, yGradient, type, device, json,
            })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            bool points = parsed.GetValue(x) is not null || parsed.GetValue(y) is not null;
            bool Given(Option option) => parsed.GetResult(option) is { Implicit: false };
            if (Given(rho) && (Given(sourceRho) || Given(targetRho)))
                throw new UsageFailure("--rho excludes --source-rho and --target-rho");
            double Rho(Option<double> side) => Given(side) ? parsed.GetValue(side) : Given(rho) ? parsed.GetValue(rho) : double.PositiveInfinity;
            SinkhornArguments arguments = new()
            {
                Cost = parsed.GetValue(cost),
                X = parsed.GetValue(x),
                Y = parsed.GetValue(y),
                A = parsed.GetValue(a),
                B = parsed.GetValue(b),
                InitialTargetPotential = parsed.GetValue(initial),
                Options = new()
                {
                    Epsilon = parsed.GetValue(epsilon),
                    EpsilonStart = parsed.GetValue(epsilonStart),
                    SourceRho = Rho(sourceRho),
                    TargetRho = Rho(targetRho),
                    Tolerance = parsed.GetValue(tolerance),
                    MaxIterations = (int)parsed.GetValue(limit),
                    Plain = parsed.GetValue(plain),
                    Metric = metric.Read(parsed, points),
                },
                Method = parsed.GetValue(method),
                K = Given(k) ? (int)parsed.GetValue(k) : 0,
                Divergence = parsed.GetValue(divergence),
                Plan = parsed.GetValue(plan),
                Picture = parsed.GetValue(picture),
                F = parsed.GetValue(f),
                G = parsed.GetValue(g),
                CostGradient = parsed.GetValue(costGradient),
                XGradient = parsed.GetValue(xGradient),
                YGradient = parsed.GetValue(yGradient),
                Device = parsed.GetValue(device),
                Type = parsed.GetValue(type),
                Json = parsed.GetValue(json),
            };
            Check(arguments);
            return Run(arguments);
        });
        return command;
    }

    // What fits together, before any file is opened.
    private static void Check(SinkhornArguments arguments)
    {
        bool points = arguments.X is not null || arguments.Y is not null;
        if (points == arguments.Cost is not null)
            throw new UsageFailure(points ? "--cost excludes --x and --y" : "--cost is missing, or --x and --y");
        if (points && (arguments.X is null || arguments.Y is null))
            throw new UsageFailure(arguments.X is null ? "--x is missing: it goes with --y" : "--y is missing: it goes with --x");
        if (!points && (arguments.XGradient ?? arguments.YGradient) is not null)
            throw new UsageFailure("--x-gradient and --y-gradient go with --x and --y");
        if (points && arguments.CostGradient is not null)
            throw new UsageFailure("--cost-gradient goes with --cost; of points there are --x-gradient and --y-gradient");
        if (arguments.K > 0 && arguments.Method != TransportMethod.Sparse)
            throw new UsageFailure("--k goes with --method sparse");
        bool held = double.IsPositiveInfinity(arguments.Options.SourceRho) && double.IsPositiveInfinity(arguments.Options.TargetRho);
        if (arguments.Method != TransportMethod.Sinkhorn && (!held || arguments.Options.Plain))
            throw new UsageFailure(held ? "--plain goes with --method sinkhorn" : "--rho, --source-rho and --target-rho go with --method sinkhorn");
        if (arguments.Method == TransportMethod.Sparse && (arguments.InitialTargetPotential is not null || arguments.Options.EpsilonStart > 0))
            throw new UsageFailure("--initial-g and --epsilon-start go with --method sinkhorn or newton");
        if (arguments.Method == TransportMethod.Sparse && (arguments.XGradient ?? arguments.YGradient) is not null)
            throw new UsageFailure("--x-gradient and --y-gradient go with --method sinkhorn or newton");
        if (arguments.Divergence && !points)
            throw new UsageFailure("--divergence goes with --x and --y");
        if (arguments.Divergence && (arguments.WantsPlan || arguments.Method != TransportMethod.Sinkhorn))
            throw new UsageFailure("--divergence is of three plans: it goes with --method sinkhorn, and without --plan and --picture");
        if (arguments.Divergence && arguments.Options.SourceRho != arguments.Options.TargetRho)
            throw new UsageFailure("--divergence takes --rho, for both marginals");
        if (points && arguments.Type is ElementType.Float16 or ElementType.BFloat16)
            throw new UsageFailure("--type of points is float32 or float64");
    }

    private static int Run(SinkhornArguments arguments)
    {
        using ExecutionDevice device = ExecutionDevice.Open(arguments.Device);
        NpyArray first = NpyReader.Read(arguments.Cost ?? arguments.X!);
        first.ExpectRank(2, arguments.Cost is null ? "points" : "costs");
        ElementType type = arguments.Type ?? ElementTypes.Of(first, arguments.Cost is null ? "points" : "costs");
        if (arguments.X is not null && type == ElementType.Float16)
            type = ElementType.Float32;
        return new Typed(arguments, device, first).Run(type);
    }

    private sealed class Typed(SinkhornArguments arguments, ExecutionDevice device, NpyArray first) : ITypedWork<int>
    {
        public int Run<T, TReal, TKernels>(ElementType type)
            where T : unmanaged
            where TReal : unmanaged
            where TKernels : IKernels<T, TReal> => new SinkhornRun<T, TReal, TKernels>(arguments, device, type, first).Execute();
    }
}
