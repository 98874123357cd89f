using System.Runtime.InteropServices;

namespace Gibbs;

/// <summary>What a balanced assignment came to, one per problem; the native record's layout, 32 bytes.</summary>
/// <param name="Value">Σ s of the pairs assigned.</param>
/// <param name="Gap">The dual value less <paramref name="Value"/>: no assignment is better by more. At least 0, and at most N·τ·(max s − min s) where converged.</param>
/// <param name="Bids">How many bids were made.</param>
/// <param name="Status">
/// Converged; MaxIterations; Infeasible: fewer places than tokens, or forbidden pairs leave a token none; NonFinite: a NaN or +∞ score; InvalidInput: a negative capacity. But for the first two, value, gap and prices are NaN and
/// every expert −1.
/// </param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BalancedAssignmentResult(double Value, double Gap, long Bids, TransportStatus Status);
