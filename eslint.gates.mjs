// Rules for the places that everything from outside must pass: what goes round one of them does not lint.

/** Dotted name of an expression: `vscode.window.showQuickPick`; empty where it is none. */
function nameOf(node) {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression') return '';
  const object = nameOf(node.object);
  const property = node.computed ? (typeof node.property.value === 'string' ? node.property.value : '') : node.property.name;
  return object === '' || property === '' ? '' : `${object}.${property}`;
}

/** Text to the terminal goes through src/cli/terminal.ts, which cleans it. */
const terminal = {
  create(context) {
    const report = (node) => context.report({ node, message: 'Write through src/cli/terminal.ts, which cleans what comes from outside.' });
    return {
      'MemberExpression, Identifier'(node) {
        const name = nameOf(node).replace(/^globalThis\./, '');
        if (/^process\.(stdout|stderr)$/.test(name) || (node.type === 'MemberExpression' && /^console\./.test(name))) report(node);
      },
      VariableDeclarator(node) {
        const from = node.init === null ? '' : nameOf(node.init).replace(/^globalThis\./, '');
        if (node.id.type !== 'ObjectPattern' || (from !== 'process' && from !== 'console')) return;
        const taken = node.id.properties.map((property) => property.key?.name ?? '');
        if (from === 'console' || taken.some((name) => name === 'stdout' || name === 'stderr')) report(node);
      },
      ImportDeclaration(node) {
        const names = node.specifiers.map((each) => each.imported?.name ?? '*');
        if (/^(node:)?(process|console)$/.test(node.source.value)) report(node);
        // The questions of readline are text; reading lines of another process is not.
        if (/^(node:)?readline\/promises$/.test(node.source.value) && names.length > 0) report(node);
      },
    };
  },
};

/** What of `vscode.window` takes no text from outside. */
const withoutText = new Set([
  'activeTextEditor',
  'createTextEditorDecorationType',
  'createTreeView',
  'createWebviewPanel',
  'onDidChangeActiveTextEditor',
  'onDidChangeVisibleTextEditors',
  'onDidChangeWindowState',
  'registerTerminalLinkProvider',
  'registerWebviewPanelSerializer',
  'showOpenDialog',
  'showTextDocument',
  'showWorkspaceFolderPick',
  'state',
  'visibleTextEditors',
]);

/** Classes of the editor whose instances show text. */
const withText = new Set(['CodeLens', 'CompletionItem', 'Diagnostic', 'Hover', 'InlayHint', 'MarkdownString', 'Task', 'TreeItem']);

/** Properties of the editor's objects that it shows. */
const shown = new Set(['accessibilityInformation', 'badge', 'description', 'detail', 'label', 'message', 'placeholder', 'prompt', 'title', 'tooltip', 'validationMessage']);

/** Text to the editor goes through src/extension/host, which makes links, icons and control characters inert. */
const host = {
  create(context) {
    const report = (node) => context.report({ node, message: 'Show text through src/extension/host, which makes it inert.' });
    return {
      MemberExpression(node) {
        const name = nameOf(node);
        if (/^vscode\.debug\.startDebugging$/.test(name)) report(node);
        if (!/^vscode\.window$/.test(name)) return;
        const { parent } = node;
        const used = parent.type === 'MemberExpression' && parent.object === node ? nameOf(parent).split('.').at(2) : undefined;
        if (used === undefined || !withoutText.has(used)) report(node);
      },
      NewExpression(node) {
        const [space, name, ...rest] = nameOf(node.callee).split('.');
        if (space === 'vscode' && rest.length === 0 && withText.has(name)) report(node);
      },
      'AssignmentExpression[left.type="MemberExpression"]'(node) {
        const { object, property, computed } = node.left;
        if (!computed && object.type !== 'ThisExpression' && shown.has(property.name)) report(node);
      },
      VariableDeclarator(node) {
        if (node.init !== null && /^vscode(\.window)?$/.test(nameOf(node.init))) report(node);
      },
      'ImportDeclaration[source.value="vscode"]'(node) {
        const isWhole = node.specifiers.every((each) => each.type === 'ImportNamespaceSpecifier' && each.local.name === 'vscode');
        if (!isWhole && node.importKind !== 'type') report(node);
      },
    };
  },
};

/** Paths that a stack names are opened by src/pipeline/stack/sourceFiles.ts, which looks at what they are; src/extension/source/reveal.ts shows them. */
const files = {
  create(context) {
    const report = (node) => context.report({ node, message: 'Open files that a stack names through src/pipeline/stack/sourceFiles.ts.' });
    const isFileSystem = (source) => typeof source?.value === 'string' && /^(node:)?fs(\/promises)?$/.test(source.value);
    return {
      ImportDeclaration(node) {
        if (isFileSystem(node.source)) report(node);
      },
      ImportExpression(node) {
        if (isFileSystem(node.source)) report(node);
      },
      MemberExpression(node) {
        if (/^vscode\.workspace\.fs$/.test(nameOf(node))) report(node);
      },
      CallExpression(node) {
        // A document made of text is no file.
        const isText = node.arguments[0]?.type === 'ObjectExpression';
        if (nameOf(node.callee) === 'vscode.workspace.openTextDocument' && !isText) report(node);
      },
    };
  },
};

export const gates = { rules: { terminal, host, files } };
