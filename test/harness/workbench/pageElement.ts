/** What is used here of an element of the page. The tests are compiled without the browser's own types. */
export interface PageElement {
  readonly textContent: string | null;
  readonly parentElement: PageElement | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
}
