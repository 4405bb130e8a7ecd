export function packageVsix(file: string): Promise<number>;
