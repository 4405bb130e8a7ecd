export function startsServer(file: string): boolean;
