export const usage: string;
export function readArguments(args: readonly string[], stageNames: readonly string[]): { readonly stages: string[]; readonly servers: string[] };
