import { isFields, isString } from './guards';

/** Names that say what a page is about. A page keeps them unread and VS Code hands them back after a reload. */
export type PanelState = Readonly<Record<string, string>>;

export function isPanelState(value: unknown): value is PanelState {
  return isFields(value) && Object.values(value).every(isString);
}
