export const codeServerEntry: string;
export function ensureCodeServer(): Promise<void>;
