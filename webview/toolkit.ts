/**
 * The controls of the pages. `@vscode/webview-ui-toolkit` is archived upstream, so this is the only file that knows it:
 * pages call these functions and see plain elements.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

type ButtonElement = HTMLElement & { disabled: boolean };
type CheckboxElement = HTMLElement & { checked: boolean; disabled: boolean };
type DropdownElement = HTMLElement & { value: string };
type TextFieldElement = HTMLElement & { value: string; placeholder: string };

let registered = false;

/** Defines the elements; to be called once before any of the functions below. */
export function registerControls(): void {
  if (registered) return;
  registered = true;
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

export interface ButtonSpec {
  readonly label: string;
  /** A codicon's name. */
  readonly icon?: string;
  /** `quiet`: no background, for what is seldom needed. `icon`: only the icon; the label becomes the tooltip. */
  readonly look?: 'primary' | 'secondary' | 'quiet' | 'icon';
  readonly onClick: () => void;
}

export interface ButtonControl {
  readonly element: HTMLElement;
  setLabel(label: string): void;
  /** `reason` becomes the tooltip of a disabled button. */
  setEnabled(enabled: boolean, reason?: string): void;
}

export function button(spec: ButtonSpec): ButtonControl {
  const element = document.createElement('vscode-button') as ButtonElement;
  const look = spec.look ?? 'secondary';
  element.setAttribute('appearance', look === 'quiet' ? 'icon' : look);
  element.classList.add(look);
  // A bare text: the toolkit takes any slotted element for an icon and makes it 16 pixels wide.
  const text = document.createTextNode('');
  if (spec.icon !== undefined) {
    const icon = document.createElement('span');
    icon.className = `codicon codicon-${spec.icon}`;
    icon.setAttribute('aria-hidden', 'true');
    if (look !== 'icon') icon.slot = 'start';
    element.append(icon);
  }
  if (look !== 'icon') element.append(text);
  const setLabel = (label: string) => {
    if (look === 'icon') element.title = label;
    else text.data = label;
    element.setAttribute('aria-label', label);
  };
  setLabel(spec.label);
  element.addEventListener('click', () => {
    if (!element.disabled) spec.onClick();
  });
  return {
    element,
    setLabel,
    setEnabled(enabled, reason = '') {
      element.disabled = !enabled;
      if (look !== 'icon') element.title = enabled ? '' : reason;
    },
  };
}

export interface CheckboxControl {
  readonly element: HTMLElement;
  set(state: { readonly checked: boolean; readonly disabled?: boolean; readonly label: string }): void;
}

/** A checkbox that reports what the person wants; it shows that only when it is set. */
export function checkbox(onToggle: (checked: boolean) => void): CheckboxControl {
  const element = document.createElement('vscode-checkbox') as CheckboxElement;
  let setting = false;
  element.addEventListener('change', () => {
    if (!setting) onToggle(element.checked);
  });
  return {
    element,
    set({ checked, disabled = false, label }) {
      setting = true;
      element.checked = checked;
      element.disabled = disabled;
      element.setAttribute('aria-label', label);
      setting = false;
    },
  };
}

export interface DropdownControl {
  readonly element: HTMLElement;
  set(value: string): void;
}

export function dropdown(
  label: string,
  options: readonly { readonly value: string; readonly text: string }[],
  onChange: (value: string) => void,
): DropdownControl {
  const element = document.createElement('vscode-dropdown') as DropdownElement;
  element.setAttribute('aria-label', label);
  for (const { value, text } of options) {
    const option = document.createElement('vscode-option');
    option.setAttribute('value', value);
    option.textContent = text;
    element.append(option);
  }
  element.addEventListener('change', () => onChange(element.value));
  return {
    element,
    set(value) {
      if (element.value !== value) element.value = value;
    },
  };
}

export interface TextFieldControl {
  readonly element: HTMLElement;
  readonly value: string;
  /** Leaves alone what a person is typing. */
  set(value: string): void;
  /** An empty text: what was typed can be used. */
  setProblem(problem: string): void;
}

/** A line of text, told of when the person presses Enter or leaves it. */
export function textField(label: string, placeholder: string, onCommit: () => void): TextFieldControl {
  const element = document.createElement('vscode-text-field') as TextFieldElement;
  element.placeholder = placeholder;
  element.title = label;
  element.addEventListener('change', onCommit);
  let given: string | null = null;
  return {
    element,
    get value() {
      return element.value;
    },
    set(value) {
      // The toolkit names the field itself when it enters the page.
      element.setAttribute('aria-label', label);
      if (value === given) return;
      given = value;
      if (document.activeElement !== element) element.value = value;
    },
    setProblem(problem) {
      element.classList.toggle('invalid', problem !== '');
      element.setAttribute('aria-invalid', String(problem !== ''));
      element.title = problem === '' ? label : problem;
    },
  };
}

export function progressRing(label: string): HTMLElement {
  const element = document.createElement('vscode-progress-ring');
  element.setAttribute('aria-label', label);
  return element;
}
