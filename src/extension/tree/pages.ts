/** How many rows of a long list are fetched before somebody asks for more. */
export const pageSize = 200;

/** How far each long list was unrolled. */
export class Pages {
  private readonly shown = new Map<string, number>();

  limit(list: string): number {
    return (this.shown.get(list) ?? 1) * pageSize;
  }

  more(list: string): void {
    this.shown.set(list, (this.shown.get(list) ?? 1) + 1);
  }
}
