export function runProcess(
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; log: string; show: boolean; minutes: number },
): Promise<{ code: number | null; inTime: boolean }>;
