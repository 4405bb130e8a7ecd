/** The key under which each tier's base class says which tier it is. */
export const TIER: unique symbol = Symbol('datajoint.tier');
