using System.Runtime.InteropServices;

namespace Gibbs;

/// <summary>
/// The saved statistics of a row, enough for its gradient. With u = softcap(z) and x_j = (u_j − max u)/T: everything is in x, so nothing cancels at large offsets.
/// lse = <see cref="Maximum"/>/T + <see cref="LogSum"/>; entropy = <see cref="LogSum"/> − <see cref="MeanOffset"/>.
/// </summary>
/// <typeparam name="TReal"><see cref="float"/>, or <see cref="double"/> for float64 logits.</typeparam>
/// <param name="Maximum">max_j u_j: softcapped, before the temperature.</param>
/// <param name="LogSum">log Σ_j exp(x_j) ≥ 0, accurate relative to itself.</param>
/// <param name="MeanOffset">Σ_j p_j·x_j ≤ 0.</param>
/// <param name="TargetMass">The sum of the per-column target terms: Σ_j w_j·((1−s)·q_j + s/V) for soft targets, Σ_j w_j where label smoothing uses class weights; otherwise 0.</param>
/// <param name="Argmax">The first largest logit, −1 where there is none.</param>
/// <param name="Unmasked">The count of logits above −∞ where <see cref="CrossEntropyOptions.MaxSuppression"/> needs it; otherwise 0.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct RowStatistics<TReal>(TReal Maximum, TReal LogSum, TReal MeanOffset, TReal TargetMass, long Argmax, long Unmasked)
    where TReal : unmanaged;
