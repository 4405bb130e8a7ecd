/** Builds elements. Whatever comes from a database or a file goes in as text, never as markup. */

type Child = Node | string | null;

export interface ElementSpec {
  readonly class?: string;
  readonly title?: string;
  readonly role?: string;
  /** Other attributes, such as `aria-live`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  spec: ElementSpec = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (spec.class !== undefined) made.className = spec.class;
  if (spec.title !== undefined) made.title = spec.title;
  if (spec.role !== undefined) made.setAttribute('role', spec.role);
  for (const [name, value] of Object.entries(spec.attributes ?? {})) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function icon(name: string, extra = ''): HTMLElement {
  return element('span', { class: `codicon codicon-${name} ${extra}`.trim(), attributes: { 'aria-hidden': 'true' } });
}

/** Text that acts like a link. A real button, so that the keyboard reaches it. */
export function linkButton(text: string, title: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { class: 'link', title, attributes: { type: 'button' } }, text);
  made.addEventListener('click', onClick);
  return made;
}

/** A part of the page that is drawn again only when what it shows has changed, so that focus and selection stay. */
export class Part<Data> {
  private drawn: string | undefined;

  constructor(
    readonly element: HTMLElement,
    private readonly draw: (data: Data) => readonly Child[],
  ) {}

  update(data: Data): void {
    const now = JSON.stringify(data);
    if (now === this.drawn) return;
    this.drawn = now;
    this.element.replaceChildren(...this.draw(data).filter((child) => child !== null));
  }
}
