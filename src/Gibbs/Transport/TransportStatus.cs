namespace Gibbs;

/// <summary>How a transport problem ended. There is no silent end: whatever came of it has a name.</summary>
public enum TransportStatus : byte
{
    /// <summary>The marginal error is within the tolerance.</summary>
    Converged = 0,

    /// <summary>The arithmetic can give no more: the marginal error has stopped falling at the level of rounding, above the tolerance.</summary>
    FloorReached = 1,

    /// <summary>The iteration limit came first; potentials and plan are those of the last iteration.</summary>
    MaxIterations = 2,

    /// <summary>No plan has these marginals: the dual value exceeds what any plan can cost, or a row or column that has mass may go nowhere.</summary>
    Infeasible = 3,

    /// <summary>A NaN or −∞ cost, or a point that is not finite.</summary>
    NonFinite = 4,

    /// <summary>
    /// A problem of a batch, or on a device, that a single solve on spans would throw for: weights negative, not finite or without mass; held masses that differ by more than 1e-5; offsets or scalars that do
    /// not fit.
    /// </summary>
    InvalidInput = 5,
}
