export type Variables = Readonly<Record<string, string>>;

/** Variables that tell a started program where its secrets wait. */
export const handoverNames = { address: 'DJW_HANDOVER', token: 'DJW_HANDOVER_TOKEN' } as const;
